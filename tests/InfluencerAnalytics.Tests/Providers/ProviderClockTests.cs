using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Providers;

public sealed class ProviderClockTests
{
    [Fact]
    public void Observe_ClockDiffersForLong_IsToldOnceInUtcAndWhenItIsOver()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        var logs = new ListLogger();
        var clock = new ProviderClock(time, logs.For<ProviderClock>());
        for (var i = 0; i < 100; i++)
        {
            Observe(clock, time.GetUtcNow() + TimeSpan.FromHours(1));
            time.Advance(TimeSpan.FromSeconds(10));
        }
        logs.Messages.ShouldBe(["The provider's clock says 2026-11-24T01:00:00Z, ours 2026-11-24T00:00:00Z. Slots are labelled by ours."]);
        Observe(clock, time.GetUtcNow());
        logs.Messages.Count.ShouldBe(2);
        logs.Messages[^1].ShouldBe("The provider's clock agrees with ours again, after 1000 s.");
    }

    private static void Observe(ProviderClock clock, DateTimeOffset date)
    {
        using var response = new HttpResponseMessage();
        response.Headers.Date = date.ToOffset(TimeSpan.FromHours(2));
        clock.Observe(response.Headers);
    }
}
