using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Tests.Working;

public sealed class ClockStepTests
{
    private readonly SteppableTime _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(3600)]
    [InlineData(-86400)]
    [InlineData(365 * 86400)]
    public void Look_ClockWasSet_SaysByHowMuchOnce(int seconds)
    {
        var steps = new ClockSteps(_time);
        _time.Advance(TimeSpan.FromSeconds(10));
        steps.Look().ShouldBeNull();
        _time.Set(TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(1));
        steps.Look().ShouldBe(TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(1));
        steps.Look().ShouldBeNull();
    }

    [Fact]
    public void Look_ClockIsSlewed_SeesNoStep()
    {
        var steps = new ClockSteps(_time);
        for (var i = 0; i < 1000; i++)
        {
            _time.Set(TimeSpan.FromMilliseconds(0.5));
            _time.Advance(TimeSpan.FromSeconds(1));
            steps.Look().ShouldBeNull();
        }
    }
}
