using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Queues;

public sealed class ClockGuardTests
{
    private readonly SteppableTime _time = new(Deployment.Midnight);

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

    [Fact]
    public void ClockGuard_WrongClockIsSetRight_IsTrustedWithoutAnotherAnswer()
    {
        var clock = new ClockGuard(_time);
        var minute = TimeSpan.FromMinutes(1);
        clock.Observe(_time.GetUtcNow() - TimeSpan.FromSeconds(30));
        _time.Advance(minute);
        clock.IsTrusted(minute).ShouldBeFalse();
        clock.Difference.ShouldBe(TimeSpan.FromSeconds(30));
        _time.Set(TimeSpan.FromSeconds(-29));
        clock.Difference.ShouldBe(TimeSpan.FromSeconds(1));
        clock.IsTrusted(minute).ShouldBeTrue();
    }

    [Fact]
    public void ClockGuard_RightClockSeemsToBeSet_IsTrustedUntilTheQueueSaysOtherwise()
    {
        var clock = new ClockGuard(_time);
        var minute = TimeSpan.FromMinutes(1);
        clock.Observe(_time.GetUtcNow());
        // Or the machine slept.
        _time.Set(TimeSpan.FromHours(1));
        clock.IsTrusted(minute).ShouldBeTrue();
        clock.Observe(_time.GetUtcNow() - TimeSpan.FromHours(1));
        clock.IsTrusted(minute).ShouldBeFalse();
    }
}
