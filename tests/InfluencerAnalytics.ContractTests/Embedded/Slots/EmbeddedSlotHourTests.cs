using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.ContractTests.Embedded.Slots;

/// <summary>The sums of hours outlive the records of slots, and nothing that comes later spoils them.</summary>
public sealed class EmbeddedSlotHourTests
{
    private const long Hour = 3_600_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly long Start = TestDatabase.Start.ToUnixTimeMilliseconds();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retention_OfSlots_LeavesTheirHours()
    {
        using var test = new TestDatabase(static options => options with { RawRetention = TimeSpan.FromHours(1), HourlyRetention = TimeSpan.FromHours(5) });
        for (var hour = 0; hour < 12; hour++)
        {
            await AppendAsync(test.Database.Store, Start + hour * Hour, 10 + hour);
            test.Time.Advance(TimeSpan.FromHours(1));
            test.Database.Work.RollUp();
            test.Database.Work.ApplyRetention();
        }

        for (var start = 0; start < 2; start++)
        {
            var store = test.Database.Store;
            (await store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel)).Select(static slot => slot.Slot).ShouldBe(Enumerable.Range(7, 5).Select(static hour => Start + hour * Hour));
            (await store.ReadSlotsKeptSinceAsync(Cancel)).ShouldBe(new SlotsKeptSince(Start + 7 * Hour, Start));
            (await store.ReadSlotHoursAsync(0, SlotGrid.MaxUnixMs, Cancel)).Select(static sum => (sum.Start, (long)sum.FollowerSum))
                .ShouldBe(Enumerable.Range(0, 12).Select(static hour => (Start + hour * Hour, 10L + hour)));
            // A record that is made once more, of a slot that was dropped, changes nothing of its hour.
            await store.NoteSlotAsync(Start + 60_000, Interval, Cancel);
            test.Database.Work.RollUp();
            test.Database.Work.ApplyRetention();
            test.Reopen();
        }
    }

    [Fact]
    public async Task Retention_HourThatIsNotMade_KeepsItsRecords()
    {
        using var test = new TestDatabase(static options => options with { RawRetention = TimeSpan.FromHours(1), HourlyRetention = TimeSpan.FromHours(5) });
        await AppendAsync(test.Database.Store, Start, 10);
        test.Time.Advance(TimeSpan.FromHours(12));
        test.Database.Work.ApplyRetention();
        (await test.Database.Store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel)).Count.ShouldBe(1);
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        (await test.Database.Store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldBeEmpty();
        (await test.Database.Store.ReadSlotHoursAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldHaveSingleItem().Stored.ShouldBe(1);
    }

    [Fact]
    public async Task Retention_OfDays_TakesTheHoursOfSlotsWithIt()
    {
        using var test = new TestDatabase(static options => options with
        {
            RawRetention = TimeSpan.FromHours(1),
            HourlyRetention = TimeSpan.FromHours(5),
            DailyRetention = TimeSpan.FromDays(3),
        });
        await AppendAsync(test.Database.Store, Start, 10);
        test.Time.Advance(TimeSpan.FromDays(2));
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        (await test.Database.Store.ReadSlotHoursAsync(0, SlotGrid.MaxUnixMs, Cancel)).Count.ShouldBe(1);
        test.Time.Advance(TimeSpan.FromDays(2));
        test.Database.Work.ApplyRetention();
        (await test.Database.Store.ReadSlotHoursAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DropFuture_HoursAheadAndTheOneUnderWay_AreOfThePastAlone()
    {
        var dropFuture = false;
        using var test = new TestDatabase(options => options with { DropFuture = dropFuture });
        await AppendAsync(test.Database.Store, Start, 10);
        test.Time.Set(TimeSpan.FromHours(3));
        await AppendAsync(test.Database.Store, Start + 30 * 60_000, 20);
        await AppendAsync(test.Database.Store, Start + 2 * Hour, 30);
        test.Time.Advance(TimeSpan.FromHours(1));
        test.Database.Work.RollUp();
        test.Time.Set(TimeSpan.FromHours(-4) + Interval);

        dropFuture = true;
        var store = test.Reopen().Store;
        (await store.ReadSlotHoursAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldHaveSingleItem().FollowerSum.ShouldBe(10);
        dropFuture = false;
        test.Time.Advance(Interval);
        await AppendAsync(store, Start + 2 * 60_000, 5);
        test.Time.Advance(TimeSpan.FromHours(2));
        test.Database.Work.RollUp();
        (await test.Reopen().Store.ReadSlotHoursAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldHaveSingleItem().FollowerSum.ShouldBe(15);
    }

    private static async Task AppendAsync(IInfluencerStore store, long slot, long followers) =>
        (await store.AppendAsync([new DataPointBatch(slot, Interval, [new DataPoint(1, followers, 1, slot, slot + 5, "one")], [])], Cancel)).Inserted.ShouldBe(1);
}
