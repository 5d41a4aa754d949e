using InfluencerAnalytics.Metrics;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Metrics;

public sealed class RateMeterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void RateMeter_SteadyRate_IsThatRate()
    {
        var meter = new RateMeter(_time);
        meter.PerSecond().ShouldBe(0);
        for (var second = 0; second < 25; second++)
        {
            meter.Add(30);
            _time.Advance(TimeSpan.FromSeconds(1));
            meter.PerSecond().ShouldBe(30);
        }
    }

    [Fact]
    public void RateMeter_EventsEnd_FallsToZeroWithinItsWindow()
    {
        var meter = new RateMeter(_time);
        for (var second = 0; second < 20; second++)
        {
            meter.Add(100);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.PerSecond().ShouldBe(50);
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.PerSecond().ShouldBe(0);
        _time.Advance(TimeSpan.FromDays(40));
        meter.Add(70);
        _time.Advance(TimeSpan.FromSeconds(1));
        meter.PerSecond().ShouldBe(7);
    }
}
