using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Tests.Influencers;

public sealed class SuspicionShardTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly long Midnight = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 23.9, 0)]
    [InlineData(3, 17.2, -6.75)]
    [InlineData(3, 17.25, 17.25)]
    [InlineData(3, 23.99, 17.25)]
    public void DueAt_ShardOfFour_IsItsLastDueTime(int number, double hours, double expected)
    {
        var shard = new SuspicionShard(1, number, 4, Day, [1]);
        shard.DueAt(Midnight + Ms(hours)).ShouldBe(Midnight + Ms(expected));
    }

    [Fact]
    public void DueAt_ALittleEarly_IsTheOneAboutToCome()
    {
        var shard = new SuspicionShard(1, 3, 4, Day, [1]);
        shard.DueAt(Midnight + Ms(17.25) - 1000).ShouldBe(Midnight + Ms(17.25));
        shard.DueAt(Midnight + Ms(17.25) - 3000).ShouldBe(Midnight + Ms(-6.75));
    }

    [Fact]
    public void StartOf_ADueTime_IsTheStartOfItsUtcDay()
    {
        var shard = new SuspicionShard(1, 3, 4, Day, [1]);
        shard.StartOf(Midnight + Ms(17.25)).ShouldBe(Midnight);
        shard.StartOf(Midnight + Ms(-6.75)).ShouldBe(Midnight - Ms(24));
    }

    [Fact]
    public void PhaseMs_LastOfMany_LeavesTimeForTheVerdictWithinTheDay() =>
        new SuspicionShard(1, 9_999, 10_000, Day, [1]).PhaseMs.ShouldBeInRange(Ms(22.9), Ms(23));

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
