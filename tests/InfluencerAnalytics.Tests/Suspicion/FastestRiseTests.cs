using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Tests.Suspicion;

public sealed class FastestRiseTests
{
    [Fact]
    public void Find_ARiseWithinMinutes_NarrowsItDown()
    {
        var points = Points(static minute => 1_000 + 100 * Math.Clamp(minute - 40, 0, 10));
        var rise = FastestRise.Find(points)!.Value;
        (points[rise.To].FollowerCount - points[rise.From].FollowerCount).ShouldBe(1_000);
        (rise.CoreTo - rise.CoreFrom).ShouldBe(9);
        rise.CoreFrom.ShouldBeInRange(40, 41);
    }

    [Fact]
    public void Find_AnEvenRise_TakesHalfAnHour()
    {
        var rise = FastestRise.Find(Points(static minute => 1_000 + 10 * minute))!.Value;
        (rise.From, rise.To).ShouldBe((0, 30));
    }

    [Fact]
    public void Find_NothingRises_IsNull()
    {
        FastestRise.Find(Points(static minute => 1_000 - minute)).ShouldBeNull();
        FastestRise.Find([]).ShouldBeNull();
    }

    [Fact]
    public void Find_AcrossALongGap_IsNull() =>
        FastestRise.Find([.. Points(static minute => minute < 30 ? 1_000 : 2_000).Where(static (_, minute) => minute is 0 or > 31)]).ShouldBeNull();

    [Fact]
    public void Find_FewerReadings_NeverRiseFaster() =>
        Gen.Select(Gen.Long[0, 1_000].Array[90], Gen.Bool.Array[90]).Sample(static (followers, kept) =>
        {
            var all = Points(minute => followers[minute]);
            GainOf([.. all.Where((_, minute) => kept[minute])]).ShouldBeLessThanOrEqualTo(GainOf(all));
        });

    private static long GainOf(List<DataPoint> points) =>
        FastestRise.Find(points) is { } rise ? points[rise.To].FollowerCount - points[rise.From].FollowerCount : 0;

    private static List<DataPoint> Points(Func<int, long> followers) =>
        [.. Enumerable.Range(0, 90).Select(minute => new DataPoint(1, followers(minute), 100, minute * 60_000L, minute * 60_000L, "one"))];
}
