using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.ContractTests.Embedded.ClockRepair;

/// <summary>What a clock that was ahead has left is dropped when asked for, and nothing else.</summary>
public sealed class EmbeddedFutureDataTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private bool _dropFuture;

    /// <summary>In hours: within the day, over a day's end, over a week's and a year's.</summary>
    public static TheoryData<double> Steps => [3, 30, 24 * 8, 24 * 365];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task DropFuture_ClockWasAhead_OnlyThePastIsLeftAndLatestIsTheLastOfIt(double hours)
    {
        using var logs = new ListLoggerFactory();
        using var test = Create(logs);
        await test.Database.Store.AddInfluencersAsync([1, 2, 3], 0, Cancel);
        var past = await AppendAsync(test, 1, 2);
        test.Time.Set(TimeSpan.FromHours(hours));
        var future = await AppendAsync(test, 1, 3);
        test.Time.Advance(TimeSpan.FromHours(26));
        test.Database.Work.RollUp();
        var later = await AppendAsync(test, 1, 3);
        test.Time.Set(TimeSpan.FromHours(-hours - 26));

        _dropFuture = true;
        var store = test.Reopen().Store;
        logs.Messages.ShouldContain(message => message.Contains("Dropped what lay in the future, as asked: 4 readings, 2 slots"));
        (await store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldHaveSingleItem().Slot.ShouldBe(past);
        (await store.ReadPointsAsync(3, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldBeEmpty();
        (await store.ReadRollupsAsync(1, RollupPeriod.Hour, future - 3_600_000, SlotGrid.MaxUnixMs, Cancel)).ShouldBeEmpty();
        (await store.ReadRollupsAsync(1, RollupPeriod.Day, later, SlotGrid.MaxUnixMs, Cancel)).ShouldBeEmpty();
        (await store.ReadSlotsAsync(past + 1, SlotGrid.MaxUnixMs, Cancel)).ShouldBeEmpty();
        var latest = await LatestAsync(store);
        latest.Keys.Order().ShouldBe([1, 2]);
        latest[1].ShouldBe((past, 100 + 1));

        // What comes now counts, and stays so after another start.
        _dropFuture = false;
        test.Time.Advance(Minute);
        var now = await AppendAsync(test, 1, 3);
        store = test.Reopen().Store;
        (await LatestAsync(store))[3].Slot.ShouldBe(now);
        var slot = (await store.ReadSlotsAsync(now, now, Cancel)).ShouldHaveSingleItem();
        (slot.Tracked, slot.Covered).ShouldBe((3, 2));
    }

    [Fact]
    public async Task DropFuture_TrackedAndGoneByAClockThatWasAhead_AreCountedAndTriedNow()
    {
        using var test = Create();
        test.Time.Set(TimeSpan.FromHours(5));
        await test.Database.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        for (var i = 0; i < 4; i++)
        {
            await AppendAsync(test, 1);
            await test.Database.Store.AppendAsync([new DataPointBatch(SlotOf(test), Minute, [], [new Miss(2, MissReason.NotFound)])], Cancel);
            test.Time.Advance(Minute);
        }

        (await test.Database.Store.FindInfluencerAsync(2, Cancel))!.Status.ShouldBe(InfluencerStatus.Gone);
        test.Time.Set(TimeSpan.FromHours(-5));
        _dropFuture = true;
        var store = test.Reopen().Store;
        test.Time.Advance(2 * Minute);
        (await AppendAsync(test, 1, 2)).ShouldBe(SlotOf(test));
        (await store.FindInfluencerAsync(2, Cancel))!.Status.ShouldBe(InfluencerStatus.Tracked);
        test.Time.Advance(Minute);
        var slot = await AppendAsync(test, 1, 2);
        var summary = (await store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem();
        (summary.Tracked, summary.Covered, summary.Gone).ShouldBe((2, 2, 0));
    }

    [Fact]
    public async Task DropFuture_ClockIsBehind_TheCopyHasAllThatWasDropped()
    {
        using var test = Create();
        await test.Database.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        var slot = await AppendAsync(test, 1, 2);
        test.Time.Set(TimeSpan.FromDays(-3000));
        _dropFuture = true;
        (await test.Reopen().Store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldBeEmpty();
        test.Time.Set(TimeSpan.FromDays(3000));
        _dropFuture = false;

        test.Restore(Directory.GetDirectories(Path.Combine(test.Directory, "backups")).ShouldHaveSingleItem());
        var store = test.Database.Store;
        (await store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldHaveSingleItem().Slot.ShouldBe(slot);
        (await LatestAsync(store))[2].ShouldBe((slot, 102));
    }

    [Fact]
    public async Task DropFuture_NoRoomForTheCopy_NothingIsDropped()
    {
        using var test = Create();
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        var slot = await AppendAsync(test, 1);
        test.Time.Set(TimeSpan.FromHours(-5));
        // A file where the directory of the copies has to be.
        await File.WriteAllTextAsync(Path.Combine(test.Directory, "backups"), "", Cancel);
        _dropFuture = true;
        Should.Throw<EmbeddedDataException>(test.Reopen).Message.ShouldContain("Nothing was dropped");
        _dropFuture = false;
        (await test.Reopen().Store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldHaveSingleItem().Slot.ShouldBe(slot);
    }

    [Fact]
    public async Task DropFuture_NothingLiesThere_LeavesAllAndSaysToTakeItAway()
    {
        using var logs = new ListLoggerFactory();
        using var test = Create(logs);
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        var slot = await AppendAsync(test, 1);
        _dropFuture = true;
        var store = test.Reopen().Store;
        logs.Messages.ShouldContain(message => message.Contains("DropFuture") && message.Contains("Take it away"));
        (await LatestAsync(store))[1].ShouldBe((slot, 101));
        (await store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldHaveSingleItem();
        (await store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldHaveSingleItem();
        Directory.Exists(Path.Combine(test.Directory, "backups")).ShouldBeFalse();
    }

    [Fact]
    public async Task DropFuture_ProcessDiesAfterIt_TheNextStartHasTheSame()
    {
        using var test = Create();
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        var past = await AppendAsync(test, 1);
        test.Time.Set(TimeSpan.FromHours(30));
        await AppendAsync(test, 1);
        test.Time.Set(TimeSpan.FromHours(-30));
        _dropFuture = true;
        test.Reopen();
        _dropFuture = false;
        (await LatestAsync(test.OpenAfterCrash().Store))[1].Slot.ShouldBe(past);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(24 * 365)]
    public async Task Open_TrackedByAClockThatWasAhead_CountsThemFromNowOn(double hours)
    {
        using var logs = new ListLoggerFactory();
        using var test = Create(logs);
        test.Time.Set(TimeSpan.FromHours(hours));
        await test.Database.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        test.Time.Set(TimeSpan.FromHours(-hours));
        test.Reopen();
        logs.Messages.ShouldContain(message => message.Contains("2 influencers were tracked") && message.Contains("the clock was ahead"));
        test.Time.Advance(Minute);
        var slot = await AppendAsync(test, 1);
        var summary = (await test.Reopen().Store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem();
        (summary.Tracked, summary.Covered, summary.Others).ShouldBe((2, 1, 0));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(24 * 365)]
    public async Task Open_ClockIsBehindAndThenRight_NothingIsLostAndSlotsCountAsBefore(double hours)
    {
        using var test = Create();
        await test.Database.Store.AddInfluencersAsync([1, 2, 3], 0, Cancel);
        for (var i = 0; i < 3; i++)
        {
            await test.Database.Store.AppendAsync([new DataPointBatch(SlotOf(test), Minute, [], [new Miss(3, MissReason.NotFound)])], Cancel);
            await AppendAsync(test, 1, 2);
            test.Time.Advance(Minute);
        }

        var before = await test.Database.Store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel);
        test.Time.Set(TimeSpan.FromHours(-hours));
        test.Reopen();
        test.Time.Set(TimeSpan.FromHours(hours));
        var store = test.Reopen().Store;
        (await store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldBe(before, new SlotComparer());
        var slot = await AppendAsync(test, 1, 2);
        var summary = (await store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem();
        (summary.Tracked, summary.Covered, summary.Gone).ShouldBe((2, 2, 1));
        (await store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).Count.ShouldBe(4);
    }

    /// <summary>Who was tracked when is not rewritten by a start behind a clock that is behind, nor by a change to the roster then.</summary>
    [Theory]
    [InlineData(false, false, 24)]
    [InlineData(true, false, 24)]
    [InlineData(true, true, 24)]
    [InlineData(true, false, 1.5)]
    public async Task Open_ClockIsBehindAfterSomeWent_SlotsStayAsTheyWere(bool changeMeanwhile, bool byNotFound, double hours)
    {
        using var test = Create();
        var all = Enumerable.Range(1, 100).Select(id => (long)id).ToArray();
        var left = byNotFound ? all[..85] : all[..50];
        await test.Database.Store.AddInfluencersAsync(all, 0, Cancel);
        await AppendSlotsAsync(test, 5, all);
        if (byNotFound)
        {
            for (var slot = 0; slot < 3; slot++)
            {
                await test.Database.Store.AppendAsync([new DataPointBatch(SlotOf(test), Minute, [], [.. all[85..].Select(id => new Miss(id, MissReason.NotFound))])], Cancel);
                await AppendSlotsAsync(test, 1, left);
            }
        }
        else
        {
            await test.Database.Store.RemoveInfluencersAsync(all[50..], Cancel);
            test.Time.Advance(2 * Minute);
        }

        await AppendSlotsAsync(test, 3, left);
        var before = await test.Database.Store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel);
        test.Time.Set(TimeSpan.FromHours(-hours));
        test.Reopen();
        if (changeMeanwhile)
        {
            await test.Database.Store.AddInfluencersAsync([1000], 0, Cancel);
            await test.Database.Store.RemoveInfluencersAsync([1, 2], Cancel);
        }

        test.Time.Set(TimeSpan.FromHours(hours));
        var store = test.Reopen().Store;
        (await store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel)).ShouldBe(before, new SlotComparer());
    }

    [Fact]
    public async Task NoteSlot_WrittenByAClockThatWasAhead_IsCountedAnewWhenItsTimeHasCome()
    {
        using var test = Create();
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        test.Time.Set(TimeSpan.FromHours(2));
        var slot = await AppendAsync(test, 1);
        test.Time.Set(TimeSpan.FromHours(-2));
        await test.Database.Store.AddInfluencersAsync([2, 3], 0, Cancel);
        test.Time.Advance(TimeSpan.FromHours(2));
        await test.Database.Store.NoteSlotAsync(slot, Minute, Cancel);
        await test.Database.Store.AppendAsync([Batch(slot, 2, 3)], Cancel);
        var summary = (await test.Database.Store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem();
        (summary.Tracked, summary.Covered).ShouldBe((3, 3));
    }

    [Fact]
    public async Task Open_TrackedFromTheNextSlotOn_StaysSo()
    {
        using var test = Create();
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        var slot = await AppendAsync(test, 1);
        test.Time.Advance(TimeSpan.FromSeconds(5));
        await test.Database.Store.AddInfluencersAsync([2], 0, Cancel);
        await test.Reopen().Store.NoteSlotAsync(slot, Minute, Cancel);
        (await test.Database.Store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem().Tracked.ShouldBe(1);
    }

    [Fact]
    public async Task RollUp_MarksOfHoursThatWereAhead_DoNotHoldUpThoseOfNow()
    {
        using var test = Create();
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        var past = await AppendAsync(test, 1);
        test.Time.Set(TimeSpan.FromHours(24 * 30));
        var future = SlotOf(test);
        test.Time.Advance(TimeSpan.FromHours(2));
        test.Database.Work.RollUp();
        await test.Database.Store.AppendAsync([Batch(future, 1)], Cancel);
        test.Time.Set(TimeSpan.FromHours(-24 * 30));
        test.Database.Work.RollUp();

        await test.Database.Store.AppendAsync([Batch(past + 60_000, 1)], Cancel);
        test.Database.Work.RollUp();
        var rollup = (await test.Database.Store.ReadRollupsAsync(1, RollupPeriod.Hour, past / 3_600_000 * 3_600_000, past, Cancel)).ShouldHaveSingleItem();
        rollup.Count.ShouldBe(2);
    }

    private TestDatabase Create(ListLoggerFactory? logs = null) => new(options => options with { DropFuture = _dropFuture }, logs);

    private static async Task<long> AppendAsync(TestDatabase test, params long[] ids)
    {
        var slot = SlotOf(test);
        (await test.Database.Store.AppendAsync([Batch(slot, ids)], Cancel)).Inserted.ShouldBe(ids.Length);
        return slot;
    }

    private static async Task AppendSlotsAsync(TestDatabase test, int slots, long[] ids)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            await AppendAsync(test, ids);
            test.Time.Advance(Minute);
        }
    }

    private static long SlotOf(TestDatabase test) => new SlotGrid(Minute).SlotAt(test.Time.GetUtcNow().ToUnixTimeMilliseconds());

    private static DataPointBatch Batch(long slot, params long[] ids) =>
        new(slot, Minute, [.. ids.Select(id => new DataPoint(id, 100 + id, 10, slot, slot + 5, $"name{id}"))], []);

    private static async Task<Dictionary<long, (long Slot, long Followers)>> LatestAsync(IInfluencerStore store)
    {
        var points = new List<LatestPoint>();
        await store.ReadLatestChangesAsync(null, 100, points, Cancel);
        return points.Where(point => point.Slot > 0).ToDictionary(point => point.InfluencerId, point => (point.Slot, point.FollowerCount));
    }

    private sealed class SlotComparer : IEqualityComparer<SlotSummary>
    {
        public bool Equals(SlotSummary? x, SlotSummary? y) =>
            (x!.Slot, x.Tracked, x.Gone, x.Covered, x.Stored) == (y!.Slot, y.Tracked, y.Gone, y.Covered, y.Stored) && x.Missed.OrderBy(pair => pair.Key).SequenceEqual(y.Missed.OrderBy(pair => pair.Key));

        public int GetHashCode(SlotSummary obj) => obj.Slot.GetHashCode();
    }
}
