using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    private long ThisHour => Slot / Hour * Hour;

    [Fact]
    public async Task Rollups_HourUnderWay_AreComputed()
    {
        var hour = ThisHour - Hour;
        await AppendAsync(Point(1, hour + 2 * Minute, 30, 3), Point(1, hour, 10, 1), Point(1, hour + Minute, 50, 2));
        (await HoursAsync(1, hour, hour)).ShouldBe([new Rollup(1, RollupPeriod.Hour, hour, 3, new RollupColumn(90, 10, 50, 10, 30), new RollupColumn(6, 1, 3, 1, 3))]);
    }

    [Fact]
    public async Task Rollups_AfterTheHour_AreTheSameAsComputed()
    {
        var hour = ThisHour;
        var points = Enumerable.Range(0, 150).Select(i => Point(1 + i % 3, hour + i % 50 * 4 * Minute, 100 + 37 * i % 91, i)).DistinctBy(point => (point.InfluencerId, point.Slot)).ToArray();
        await AppendAsync(points);
        await PassAsync(TimeSpan.FromDays(2));
        var computed = await AllRollupsAsync(hour);
        await MaintainAsync();
        (await AllRollupsAsync(hour)).ShouldBe(computed);
        (await HoursAsync(1, hour, hour + 5 * Hour)).ShouldBe(Expected(points, 1, RollupPeriod.Hour, Hour));
        (await DaysAsync(2, hour - Day, hour + Day)).ShouldBe(Expected(points, 2, RollupPeriod.Day, Day));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(24 * 60)]
    [InlineData(3 * 24 * 60)]
    public async Task Rollups_StoppedOverTheEndOfAnHour_AreMadeAfterwards(int minutes)
    {
        var hour = ThisHour;
        await AppendAsync(Point(1, hour, 10), Point(1, hour + Minute, 20));
        await PassAsync(TimeSpan.FromMinutes(minutes));
        await RestartAsync();
        for (var round = 0; round < 2; round++)
        {
            (await HoursAsync(1, hour, hour)).ShouldHaveSingleItem().Followers.ShouldBe(new RollupColumn(30, 10, 20, 10, 20));
            (await DaysAsync(1, hour - Day, hour)).ShouldHaveSingleItem().Count.ShouldBe(2);
            await MaintainAsync();
        }
    }

    [Fact]
    public async Task Rollups_LatePoint_AreNeverWrong()
    {
        var hour = ThisHour;
        await AppendAsync(Point(1, hour + 10 * Minute, 20), Point(1, hour + 20 * Minute, 30));
        await PassAsync(TimeSpan.FromDays(2));
        await MaintainAsync();
        await AppendAsync(Point(1, hour, 5), Point(1, hour + 30 * Minute, 60));
        for (var round = 0; round < 2; round++)
        {
            (await HoursAsync(1, hour, hour)).ShouldHaveSingleItem().Followers.ShouldBe(new RollupColumn(115, 5, 60, 5, 60));
            (await DaysAsync(1, hour - Day, hour)).ShouldHaveSingleItem().Followers.ShouldBe(new RollupColumn(115, 5, 60, 5, 60));
            await MaintainAsync();
        }
    }

    [Fact]
    public async Task Rollups_Range_IsOfBucketStarts()
    {
        var hour = ThisHour - 3 * Hour;
        await AppendAsync(Point(1, hour), Point(1, hour + Hour), Point(1, hour + 2 * Hour));
        (await HoursAsync(1, hour, hour + Hour)).Select(rollup => rollup.Start).ShouldBe([hour, hour + Hour]);
        (await HoursAsync(1, hour + 1, hour + 2 * Hour - 1)).Select(rollup => rollup.Start).ShouldBe([hour + Hour]);
        (await HoursAsync(2, hour, hour + Hour)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rollups_AfterTheRetentionOfPoints_Remain()
    {
        var hour = ThisHour;
        await AppendAsync(Point(1, hour, 10), Point(1, hour + Minute, 20));
        for (var day = 0; day < 10; day++)
        {
            await PassAsync(TimeSpan.FromDays(1));
            await MaintainAsync();
        }

        (await ReadAsync(1)).ShouldBeEmpty();
        (await HoursAsync(1, hour, hour)).ShouldHaveSingleItem().Followers.ShouldBe(new RollupColumn(30, 10, 20, 10, 20));
        (await DaysAsync(1, hour - Day, hour)).ShouldHaveSingleItem().Count.ShouldBe(2);
        (await LatestAsync()).ShouldHaveSingleItem().FollowerCount.ShouldBe(20);
    }

    [Fact]
    public async Task ImportRollups_NewBuckets_AreKept()
    {
        var hour = ThisHour - 40 * Day;
        var rollups = new[] { Imported(1, RollupPeriod.Hour, hour, 60), Imported(1, RollupPeriod.Day, hour / Day * Day, 1440), Imported(2, RollupPeriod.Hour, hour, 60) };
        (await Store.ImportRollupsAsync(rollups, Cancel)).ShouldBe(3);
        (await Store.ImportRollupsAsync(rollups, Cancel)).ShouldBe(0);
        await MaintainAsync();
        (await HoursAsync(1, hour, hour)).ShouldBe([rollups[0]]);
        (await DaysAsync(1, hour - Day, hour)).ShouldBe([rollups[1]]);
        (await ToListAsync(Store.ReadAllRollupsAsync(RollupPeriod.Hour, hour, hour, Cancel))).ShouldBe([rollups[0], rollups[2]]);
    }

    [Fact]
    public async Task ImportRollups_ThenRestarts_AreStillStreamed()
    {
        var day = ThisHour / Day * Day - 40 * Day;
        var rollups = new[] { Imported(1, RollupPeriod.Day, day, 60), Imported(2, RollupPeriod.Day, day, 60) };
        await TrackAsync(7);
        await MaintainAsync();
        (await Store.ImportRollupsAsync(rollups, Cancel)).ShouldBe(2);
        for (var start = 0; start < 2; start++)
        {
            await MaintainAsync();
            await RestartAsync();
            (await ToListAsync(Store.ReadAllRollupsAsync(RollupPeriod.Day, day, day, Cancel))).ShouldBe(rollups);
        }
    }

    [Fact]
    public async Task ImportRollups_BucketWithPoints_StaysAsItIs()
    {
        var hour = ThisHour - 2 * Hour;
        await AppendAsync(Point(1, hour, 7));
        (await Store.ImportRollupsAsync([Imported(1, RollupPeriod.Hour, hour, 60)], Cancel)).ShouldBe(0);
        (await HoursAsync(1, hour, hour)).ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    private static Rollup Imported(long id, RollupPeriod period, long start, int count) =>
        new(id, period, start, count, new RollupColumn(count * 100L, 90, 110, 95, 105), new RollupColumn(count * 10L, 9, 11, 9, 10));

    private static List<Rollup> Expected(IEnumerable<DataPoint> points, long id, RollupPeriod period, long length)
    {
        var expected = new List<Rollup>();
        foreach (var group in points.Where(point => point.InfluencerId == id).OrderBy(point => point.Slot).GroupBy(point => point.Slot / length * length))
        {
            var followers = group.Select(point => point.FollowerCount).ToList();
            var following = group.Select(point => point.FollowingCount).ToList();
            expected.Add(new Rollup(id, period, group.Key, followers.Count, Column(followers), Column(following)));
        }

        return expected;
    }

    private static RollupColumn Column(List<long> values) => new(values.Sum(), values.Min(), values.Max(), values[0], values[^1]);

    private async Task<List<Rollup>> AllRollupsAsync(long from) =>
        [
            .. await ToListAsync(Store.ReadAllRollupsAsync(RollupPeriod.Hour, from - Day, from + 2 * Day, Cancel)),
            .. await ToListAsync(Store.ReadAllRollupsAsync(RollupPeriod.Day, from - Day, from + 2 * Day, Cancel)),
        ];

    private async Task<IReadOnlyList<Rollup>> HoursAsync(long id, long start, long end) => await Store.ReadRollupsAsync(id, RollupPeriod.Hour, start, end, Cancel);

    private async Task<IReadOnlyList<Rollup>> DaysAsync(long id, long start, long end) => await Store.ReadRollupsAsync(id, RollupPeriod.Day, start, end, Cancel);
}
