using InfluencerAnalytics.Queues;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Queues;

public sealed class ClockGuardTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(60, 1.9, true)]
    [InlineData(60, -1.9, true)]
    [InlineData(60, 2.1, false)]
    [InlineData(60, -2.1, false)]
    [InlineData(4, 0.9, true)]
    [InlineData(4, 1.1, false)]
    public void ClockGuard_Difference_IsTrustedUpToTwoSecondsOrAQuarterOfTheInterval(int intervalSeconds, double differenceSeconds, bool trusted)
    {
        var clock = new ClockGuard(_time);
        clock.Observe(_time.GetUtcNow() - TimeSpan.FromSeconds(differenceSeconds));
        clock.IsTrusted(TimeSpan.FromSeconds(intervalSeconds)).ShouldBe(trusted);
        clock.Observe(_time.GetUtcNow());
        clock.IsTrusted(TimeSpan.FromSeconds(intervalSeconds)).ShouldBeTrue();
    }
}
