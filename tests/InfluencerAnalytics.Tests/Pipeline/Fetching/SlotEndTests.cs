using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Fetching;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

public sealed class SlotEndTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(50, 1, false)]
    [InlineData(58, 1, false)]
    [InlineData(59, 1, true)]
    [InlineData(59, 0, false)]
    // Answers that take nearly an interval: a quarter of it is given up, no more.
    [InlineData(44, 50, false)]
    [InlineData(46, 50, true)]
    public void IsTooNear_AnswersTakeSoLong_WhenNoneWouldComeInTime(int passed, int usual, bool isTooNear)
    {
        var end = new SlotEnd(TimeSpan.FromSeconds(60), new SlotGrid(TimeSpan.FromSeconds(60)), _time);
        _time.Advance(TimeSpan.FromSeconds(passed));
        end.IsTooNear(TimeSpan.FromSeconds(usual)).ShouldBe(isTooNear);
    }

    [Theory]
    [InlineData(60, 59.9, false)]
    [InlineData(60, 60.9, false)]
    [InlineData(60, 61.1, true)]
    [InlineData(2, 2.1, false)]
    [InlineData(2, 2.3, true)]
    public void IsPast_SoLongAfterItsBegin_WhenLaterThanAShardMayBeEarly(int interval, double passed, bool isPast)
    {
        var end = new SlotEnd(TimeSpan.FromSeconds(interval), new SlotGrid(TimeSpan.FromSeconds(interval)), _time);
        _time.Advance(TimeSpan.FromSeconds(passed));
        end.IsPast.ShouldBe(isPast);
    }
}
