using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Tests.Influencers;

public sealed class SuspicionShardTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly long Midnight = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 23.9, 0)]
    [InlineData(3, 17.9, -6)]
    [InlineData(3, 18, 18)]
    [InlineData(3, 23.99, 18)]
    public void DueAt_ShardOfFour_IsItsLastDueTime(int number, double hours, double expected)
    {
        var shard = new SuspicionShard(1, number, 4, Day, [1]);
        shard.DueAt(Midnight + Ms(hours)).ShouldBe(Midnight + Ms(expected));
    }

    [Fact]
    public void DueAt_ALittleEarly_IsTheOneAboutToCome()
    {
        var shard = new SuspicionShard(1, 3, 4, Day, [1]);
        shard.DueAt(Midnight + Ms(18) - 1000).ShouldBe(Midnight + Ms(18));
        shard.DueAt(Midnight + Ms(18) - 3000).ShouldBe(Midnight + Ms(-6));
    }

    [Theory]
    [InlineData(-13, false)]
    [InlineData(-11, true)]
    [InlineData(0.001, true)]
    public void CountsFrom_VerdictAroundADueTime_CountsFromHalfAPeriodBeforeIt(double hours, bool counts)
    {
        var shard = new SuspicionShard(1, 3, 4, Day, [1]);
        var due = Midnight + Ms(18);
        (due + Ms(hours) >= shard.CountsFrom(due)).ShouldBe(counts);
    }

    [Fact]
    public void CountsFrom_JudgedBehindMidnight_IsJudgedOnTheNextDayAsWell()
    {
        var last = new SuspicionShard(1, 9_999, 10_000, Day, [1]);
        var due = last.DueAt(Midnight + Ms(24));
        var judged = Midnight + Ms(24) + 3_000;
        judged.ShouldBeGreaterThan(due);
        judged.ShouldBeGreaterThanOrEqualTo(last.CountsFrom(due));
        judged.ShouldBeLessThan(last.CountsFrom(due + last.PeriodMs));
    }

    [Theory]
    [InlineData("00:01:00", true)]
    [InlineData("7.00:00:00", true)]
    [InlineData("00:00:59", false)]
    [InlineData("7.00:00:01", false)]
    [InlineData("00:01:00.5", false)]
    public void IsValidPeriod_Each_IsWholeSecondsFromAMinuteToAWeek(string period, bool expected) =>
        SuspicionShard.IsValidPeriod(TimeSpan.Parse(period, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(expected);

    private static long Ms(double hours) => (long)TimeSpan.FromHours(hours).TotalMilliseconds;
}
