using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control.Answers;

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
    public void NextLimit_MayScout_SomeTakeTwiceAsLongAndAFewAllThatIsConfigured()
    {
        Answer(10, 200);
        var limits = Enumerable.Range(0, 10 * AnswerTimes.FarScoutEvery).Select(_ => _times.NextLimit(mayScout: true)).ToList();
        limits.Count(limit => limit == TimeSpan.FromSeconds(5)).ShouldBe(10);
        limits.Count(limit => limit == TimeSpan.FromSeconds(2)).ShouldBe(10 * AnswerTimes.FarScoutEvery / AnswerTimes.ScoutEvery - 10);
        limits.Count(limit => limit >= TimeSpan.FromSeconds(0.8) && limit <= TimeSpan.FromSeconds(1)).ShouldBe(10 * AnswerTimes.FarScoutEvery * 15 / 16);
    }

    [Fact]
    public void NextLimit_MayNotScout_NoneTakesLonger()
    {
        Answer(10, 200);
        Enumerable.Range(0, 10 * AnswerTimes.FarScoutEvery).Select(_ => _times.NextLimit(mayScout: false)).ShouldAllBe(limit => limit <= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Limit_NothingIsAskedForAMinute_WhatWasKnownIsKnownStill()
    {
        Answer(900, 200);
        for (var i = 0; i < 120; i++)
            _times.Adapt();
        // The first of the next shard are the quick ones.
        Answer(10, 30);
        _times.Limit.TotalMilliseconds.ShouldBeGreaterThan(1500);
    }

    [Fact]
    public void Limit_SomeAnswersAreFarSlower_TheFewFindOut()
    {
        Answer(10, 1000);
        // Three in ten take 4 s: one request in 1,024 lives to see it.
        Answer(4000, 1);
        _times.Limit.ShouldBe(TimeSpan.FromSeconds(5));
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

    [Fact]
    public void Limit_ACrowdIsOver_ShrinksWithinTenSeconds()
    {
        Answer(1800, 200);
        for (var half = 0; half < 20; half++)
            Answer(10, 20);
        _times.Limit.ShouldBe(TimeSpan.FromSeconds(1), "where a part hangs, each of those holds its place for as long, and few others are answered");
    }

    private void Answer(int milliseconds, int count)
    {
        for (var i = 0; i < count; i++)
            _times.Answered(TimeSpan.FromMilliseconds(milliseconds));
        _times.Adapt();
    }
}
