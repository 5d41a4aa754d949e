using InfluencerAnalytics.Pipeline.Fetching.Control;

namespace InfluencerAnalytics.Tests.Fetching.Control;

public sealed class AnswerTimesTests
{
    private readonly AnswerTimes _times = new(TimeSpan.FromSeconds(5));

    [Fact]
    public void Limit_NothingKnown_IsBetweenTheLeastAndTheMost() => _times.Limit.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(5, 1000, 1000)]
    [InlineData(900, 1500, 3000)]
    [InlineData(4000, 5000, 5000)]
    public void Limit_AnswersOfOneLength_IsAFewTimesThatWithinTheBounds(int answersMs, int leastMs, int mostMs)
    {
        Answer(answersMs, 200);
        _times.Limit.TotalMilliseconds.ShouldBeInRange(leastMs, mostMs);
    }

    [Fact]
    public void Limit_ConfiguredBelowASecond_IsNeverLonger() => new AnswerTimes(TimeSpan.FromMilliseconds(200)).Limit.ShouldBe(TimeSpan.FromMilliseconds(200));

    [Fact]
    public void NextLimit_Always_SendsScoutsWithTheWholeLimitAndTheRestWithLess()
    {
        Answer(10, 200);
        var limits = Enumerable.Range(0, 1600).Select(_ => _times.NextLimit()).ToList();
        limits.Count(limit => limit == TimeSpan.FromSeconds(5)).ShouldBe(1600 / AnswerTimes.ScoutEvery);
        limits.Where(limit => limit != TimeSpan.FromSeconds(5)).ShouldAllBe(limit => limit >= TimeSpan.FromSeconds(0.8) && limit <= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Limit_ProviderBecomesSlow_ScoutsFindOut()
    {
        Answer(10, 500);
        // All take 1.8 s now: only the scouts live to see it.
        for (var round = 0; round < 20 && _times.Limit < TimeSpan.FromSeconds(2); round++)
            Answer(1800, 2);
        _times.Limit.ShouldBeGreaterThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Limit_ProviderBecomesFastAgain_Shrinks()
    {
        Answer(1800, 200);
        _times.Limit.ShouldBeGreaterThan(TimeSpan.FromSeconds(2));
        for (var round = 0; round < 100; round++)
            Answer(10, 50);
        _times.Limit.ShouldBe(TimeSpan.FromSeconds(1));
    }

    private void Answer(int milliseconds, int count)
    {
        for (var i = 0; i < count; i++)
            _times.Answered(TimeSpan.FromMilliseconds(milliseconds));
        _times.Adapt();
    }
}
