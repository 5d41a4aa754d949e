using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task ReadAllRollups_StoredLateImportedAndOpen_AreThoseOfEachInfluencer()
    {
        var start = ThisHour;
        await Store.ImportRollupsAsync([Imported(3, RollupPeriod.Hour, start - 40 * Day, 60), Imported(3, RollupPeriod.Day, (start - 40 * Day) / Day * Day, 60)], Cancel);
        for (var hour = 0; hour < 9 * 24; hour += 5)
        {
            await AppendAsync(Batch(Slot, [.. Enumerable.Range(1, 5).Where(id => (id + hour) % 4 != 0).Select(id => Point(id, Slot, id * 100 + hour))]));
            await PassAsync(TimeSpan.FromHours(5));
            // The last day and a half are not rolled up yet.
            if (hour < 7 * 24)
                await MaintainAsync();
        }

        // Late ones: into an hour that has a roll-up, into one that has none, and of one who has nothing else.
        var late = Slot - 3 * Day;
        await AppendAsync(Point(1, late + 2 * Minute, 1), Point(2, late + 3 * Hour + Minute, 2), Point(9, late, 9));
        foreach (var (from, to) in ((long, long)[])[(0, Slot + Day), (late - 5 * Hour + 1, late + 5 * Hour), (Slot - 30 * Hour, Slot), (late / Hour * Hour, late / Hour * Hour), (start - 41 * Day, start - 39 * Day), (Slot + Hour, Slot)])
        {
            await ShouldAgreeAsync(RollupPeriod.Hour, from, to);
            await ShouldAgreeAsync(RollupPeriod.Day, from, to);
        }
    }

    [Fact]
    public async Task ReadAllPoints_ManyRows_AreGivenOnceEach()
    {
        const int Ids = 700;
        var first = Slot - 70 * Minute;
        for (var minute = 0; minute < 60; minute++)
            await AppendAsync(Batch(first + minute * Minute, [.. Enumerable.Range(1, Ids).Select(id => Point(id, first + minute * Minute))]));
        var all = await ToListAsync(Store.ReadAllPointsAsync(0, Slot, Cancel));
        all.Count.ShouldBe(60 * Ids);
        all.ShouldBe(all.OrderBy(point => point.Slot / Day).ThenBy(point => point.InfluencerId).ThenBy(point => point.Slot).ToList());
        all.Distinct().Count().ShouldBe(all.Count);

        // One slot of each, out of the middle.
        var middle = await ToListAsync(Store.ReadAllPointsAsync(first + 30 * Minute, first + 30 * Minute, Cancel));
        middle.Select(point => (point.InfluencerId, point.Slot)).ToList().ShouldBe([.. Enumerable.Range(1, Ids).Select(id => ((long)id, first + 30 * Minute))]);
        // Between two slots there is nothing, however many have to be passed.
        (await ToListAsync(Store.ReadAllPointsAsync(first + 30 * Minute + 1, first + 31 * Minute - 1, Cancel))).ShouldBeEmpty();
    }

    private async Task ShouldAgreeAsync(RollupPeriod period, long from, long to)
    {
        var each = new List<Rollup>();
        for (var id = 1; id <= 9; id++)
            each.AddRange(await Store.ReadRollupsAsync(id, period, from, to, Cancel));
        var all = await ToListAsync(Store.ReadAllRollupsAsync(period, from, to, Cancel));
        all.OrderBy(rollup => rollup.InfluencerId).ThenBy(rollup => rollup.Start).ToList().ShouldBe(each, $"{period} from {from} to {to}");
    }
}
