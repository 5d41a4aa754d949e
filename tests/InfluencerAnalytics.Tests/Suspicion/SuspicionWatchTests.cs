using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Tests.Suspicion;

public sealed class SuspicionWatchTests
{
    /// <summary>2026-11-23T03:12Z, a minute of a series of thirty days.</summary>
    private const int Night = 22 * MinuteSeries.Day + 3 * 60 + 12;

    [Fact]
    public void Judge_FollowersWithinMinutes_AreFoundAndTold()
    {
        var opinion = MinuteSeries.Calm(1, 131_000, 30).Bought(Night, 0.14, 6).Judge();
        opinion.Score.ShouldBeInRange(0.8, 0.99);
        opinion.Reasons[0].Code.ShouldBe(SuspicionCodes.Burst);
        opinion.Reasons[0].Text.ShouldMatch(@"^\+1[678],\d{3} in [56] minutes at 03:1[23] UTC on 2026-11-23 \(\+1[234]%\), nothing like it in 30 days$");
        (opinion.Reasons[0].From - MinuteSeries.SomeStart - Night * MinuteSeries.MinuteMs).ShouldBeInRange(0, 2 * MinuteSeries.MinuteMs);
        (opinion.Reasons[0].To - opinion.Reasons[0].From).ShouldBeInRange(5 * MinuteSeries.MinuteMs, 6 * MinuteSeries.MinuteMs);
        opinion.Reasons[1].Code.ShouldBe(SuspicionCodes.FollowersAlone);
        opinion.Reasons.Count.ShouldBe(2);
    }

    [Fact]
    public void Judge_FollowersFromOneReadingToTheNext_AreAStep()
    {
        var opinion = MinuteSeries.Calm(1, 40_000, 14).Bought(10 * MinuteSeries.Day + 59, 0.05, 1).Judge();
        opinion.Reasons[0].Code.ShouldBe(SuspicionCodes.Step);
        opinion.Reasons[0].Text.ShouldContain("in 1 minute at 00:59 UTC on 2026-11-11");
        opinion.Reasons[0].Text.ShouldContain("nothing like it in 14 days");
        opinion.IsSuspicious.ShouldBeTrue();
    }

    [Theory]
    [InlineData(6_000)]
    [InlineData(60_000)]
    [InlineData(50_000_000)]
    [InlineData(1_000_000_000_000)]
    public void Judge_ABurstOverTheHoursEnd_IsOne(double size)
    {
        var opinion = MinuteSeries.Calm(3, size, 14).Bought(10 * MinuteSeries.Day - 7, 0.1, 15).Judge();
        opinion.IsSuspicious.ShouldBeTrue();
        opinion.Reasons.Count(static reason => reason.Code == SuspicionCodes.Burst).ShouldBe(1);
    }

    [Fact]
    public void Judge_APostThatGoesRound_IsNoneAtAnySizeAndMinute()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var opinion = MinuteSeries.Calm(seed, 6_000 * Math.Pow(1.25, seed), 14).Spike(10 * MinuteSeries.Day + 37 * seed, 0.01 + 0.007 * seed, 360).Judge();
            opinion.Score.ShouldBe(0, $"seed {seed}: {string.Join("; ", opinion.Reasons)}");
        }
    }

    [Fact]
    public void Judge_ACalmAccount_HasNothingAndOpensNothing()
    {
        var opened = 0;
        var opinion = MinuteSeries.Calm(5, 80_000, 30).Fold(new SuspicionWatch(), _ => opened++).Judge(7);
        (opinion.Score, opinion.Reasons.Count, opinion.ComputedAt).ShouldBe((0, 0, 7));
        opened.ShouldBe(0);
    }

    [Fact]
    public void Judge_AWildWalk_HasNoRhythmAndNothingUnusual()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var opened = 0;
            var opinion = MinuteSeries.Wild(seed, 14).Fold(new SuspicionWatch(), _ => opened++).Judge(0);
            opened.ShouldBe(0);
            opinion.Score.ShouldBe(0);
            opinion.Reasons.ShouldHaveSingleItem().Code.ShouldBe(SuspicionCodes.RhythmUnknown);
            opinion.Reasons[0].Text.ShouldContain("nothing can stand out of that");
        }
    }

    [Fact]
    public void Judge_InTheFirstDay_SaysThatTheRhythmIsUnknown()
    {
        var opinion = MinuteSeries.Calm(1, 50_000, 1).Bought(1000, 0.2, 5).Judge();
        opinion.Score.ShouldBe(0);
        opinion.Reasons.ShouldHaveSingleItem().Code.ShouldBe(SuspicionCodes.RhythmUnknown);
        opinion.Reasons[0].Text.ShouldStartWith("23 hours of the last 7 days are known");
    }

    [Fact]
    public void Judge_NothingFolded_IsUnknown() =>
        new SuspicionWatch().Judge(7).Reasons.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            static reason => reason.Code.ShouldBe(SuspicionCodes.RhythmUnknown),
            static reason => (reason.From, reason.To).ShouldBe((0, 0)));

    [Fact]
    public void Judge_LostAgain_IsSaidAndWeighs()
    {
        var bought = MinuteSeries.Calm(1, 100_000, 30).Bought(10 * MinuteSeries.Day, 0.2, 10);
        var weeded = bought.Times(12 * MinuteSeries.Day, static age => 1 - 0.12 * Math.Min(1, age / (5.0 * MinuteSeries.Day)));
        var opinion = weeded.Judge();
        opinion.Score.ShouldBeGreaterThan(bought.Judge().Score);
        opinion.Reasons.Single(static reason => reason.Code == SuspicionCodes.WeededOut).Text.ShouldMatch(@"^of the \d\d,\d{3} that came on 2026-11-11, \d\d,\d{3} \(\d\d%\) were gone again by 2026-11-\d\d$");
    }

    [Fact]
    public void Judge_LostWithoutABurst_IsNothing() =>
        MinuteSeries.Calm(1, 100_000, 30).Times(12 * MinuteSeries.Day, static age => 1 - 0.12 * Math.Min(1, age / (5.0 * MinuteSeries.Day))).Judge().Score.ShouldBe(0);

    [Fact]
    public void Judge_BothCountsAtOnce_WeighsLess()
    {
        var opinion = MinuteSeries.Calm(1, 100_000, 14).Times(10 * MinuteSeries.Day, static _ => 1.5, static _ => 1.5).Judge();
        opinion.IsSuspicious.ShouldBeFalse();
        opinion.Reasons.ShouldHaveSingleItem().Text.ShouldContain("following moved with it");
    }

    [Fact]
    public void Judge_AnEvenPaceForHours_IsADelivery()
    {
        for (var start = 0; start < 60; start += 7)
        {
            var opinion = MinuteSeries.Calm(1, 100_000, 14).Bought(10 * MinuteSeries.Day + start, 0.1, 8 * 60).Judge();
            opinion.IsSuspicious.ShouldBeTrue($"{start}");
            opinion.Reasons.ShouldHaveSingleItem().Code.ShouldBe(SuspicionCodes.Delivery);
            opinion.Reasons[0].Text.ShouldMatch(@"^about \+(9|10|11)[.\d]*% in [789] hours from 0[01]:00 UTC on 2026-11-11 on, as much in each, and then no more$");
        }
    }

    [Fact]
    public void Judge_APostThatGoesRoundFast_IsNotSuspicious()
    {
        for (var start = 0; start < 60; start += 7)
        {
            for (var constant = 60; constant <= 720; constant += 60)
                MinuteSeries.Calm(start, 100_000, 14).Spike(10 * MinuteSeries.Day + start, 0.2, constant).Judge().IsSuspicious.ShouldBeFalse($"{start} {constant}");
        }
    }

    [Fact]
    public void Judge_TwoBursts_AreMoreThanOneAndNoneIsWithoutLike()
    {
        var once = MinuteSeries.Calm(1, 100_000, 20).Bought(8 * MinuteSeries.Day, 0.1, 10);
        var twice = once.Bought(12 * MinuteSeries.Day + 700, 0.1, 10).Judge();
        twice.Score.ShouldBeGreaterThan(once.Judge().Score);
        twice.Reasons.Count(static reason => reason.Text.Contains("one of 2 such bursts", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void Judge_AnHourlyJumpEveryDay_IsARhythm()
    {
        // Each evening at eight, 1.5% come within ten minutes and go by the morning.
        var series = MinuteSeries.Calm(1, 100_000, 21).Times(0, static minute =>
        {
            var evening = (minute + 4 * 60) % MinuteSeries.Day;
            return 1 + 0.015 * Math.Min(1, evening / 10.0) * Math.Max(0, 1 - evening / 600.0);
        });
        var watch = series.Fold(new SuspicionWatch(), toHour: 7 * 24);
        var opened = 0;
        series.Fold(watch, _ => opened++, fromHour: 7 * 24);
        opened.ShouldBe(0);
    }

    [Fact]
    public void Judge_DayAndNightAlike_IsEvenGrowth()
    {
        var even = MinuteSeries.Calm(1, 1_000_000, 21).Times(7 * MinuteSeries.Day, static age => Math.Exp(age * 0.0001)).Judge();
        even.Reasons.ShouldHaveSingleItem().Code.ShouldBe(SuspicionCodes.EvenGrowth);
        even.IsSuspicious.ShouldBeTrue();
        // As much, most of it by day.
        var daily = MinuteSeries.Calm(1, 1_000_000, 21).Times(7 * MinuteSeries.Day, static age => Math.Exp(0.0001 * (age - MinuteSeries.Day / (2 * Math.PI) * Math.Sin(2 * Math.PI * age / MinuteSeries.Day))));
        daily.Judge().Score.ShouldBe(0);
    }

    [Fact]
    public void Judge_FollowingUpAndFollowersNot_IsSaid()
    {
        var opinion = MinuteSeries.Calm(1, 30_000, 21).Times(14 * MinuteSeries.Day, static _ => 1, static age => Math.Exp(age * 0.0001)).Judge();
        opinion.Reasons.ShouldHaveSingleItem().Code.ShouldBe(SuspicionCodes.FollowingUp);
        opinion.IsSuspicious.ShouldBeFalse();
    }

    [Fact]
    public void Judge_ThirtyDaysLater_HasForgotten()
    {
        var series = MinuteSeries.Calm(1, 100_000, 45).Bought(10 * MinuteSeries.Day, 0.2, 10);
        series.Fold(new SuspicionWatch(), toHour: 40 * 24 - 1).Judge(0).IsSuspicious.ShouldBeTrue();
        series.Judge().Score.ShouldBe(0);
    }

    [Fact]
    public void Open_WithoutReadings_ProvesNothing()
    {
        var series = MinuteSeries.Calm(1, 100_000, 14).Bought(10 * MinuteSeries.Day, 0.2, 10);
        var watch = new SuspicionWatch();
        for (var hour = 0; hour < 14 * 24; hour++)
        {
            if (watch.Fold(series.RollUp(hour)!.Value))
                watch.Open([]);
        }
        watch.Judge(0).Score.ShouldBe(0);
    }

    [Fact]
    public void Fold_AnEarlierHour_IsPassedOver()
    {
        var series = MinuteSeries.Calm(1, 100_000, 3);
        var watch = series.Fold(new SuspicionWatch());
        var last = series.RollUp(71)!.Value;
        watch.Fold(last with { Followers = RollupColumn.Of(1_000_000) }).ShouldBeFalse();
        watch.Fold(last with { Start = last.Start - 5 * SuspicionWatch.HourMs, Followers = RollupColumn.Of(1_000_000) }).ShouldBeFalse();
        watch.Followers.ShouldBe(last.Followers.Last);
    }

    [Fact]
    public void Fold_ADay_IsRefused() =>
        Should.Throw<ArgumentException>(static () => new SuspicionWatch().Fold(new Rollup(1, RollupPeriod.Day, 0, 1, RollupColumn.Of(1), RollupColumn.Of(1))));
}
