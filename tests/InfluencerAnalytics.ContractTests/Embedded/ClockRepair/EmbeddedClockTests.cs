using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Embedded.ClockRepair;

/// <summary>What a clock that was set does to what is kept: nothing is dropped for it, and roll-ups go on.</summary>
public sealed class EmbeddedClockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>In hours.</summary>
    public static TheoryData<double> Jumps => [24 * 30, 24 * 365];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Retention_ClockAheadForAWhile_DropsAndRefusesNothing(double hours)
    {
        using var test = new TestDatabase();
        var slot = await AppendAsync(test);
        test.Time.Set(TimeSpan.FromHours(hours));
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        test.Time.Advance(TimeSpan.FromMinutes(50));
        test.Database.Work.ApplyRetention();
        (await test.Database.Store.AppendAsync([Batch(slot + 60_000)], Cancel)).Inserted.ShouldBe(1);

        test.Time.Set(TimeSpan.FromHours(-hours));
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        (await test.Database.Store.AppendAsync([Batch(slot + 120_000)], Cancel)).Inserted.ShouldBe(1);
        (await test.Database.Store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).Count.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Retention_OpenedWithClockAhead_DropsNothingForAnHour(double hours)
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(logs: logs);
        await AppendAsync(test);
        test.Time.Set(TimeSpan.FromHours(hours));
        var store = test.Reopen().Store;
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        (await store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldHaveSingleItem();
        logs.Messages.ShouldContain(message => message.Contains("nothing is dropped for its age"));

        // It stays so: the program was off for long, and what is too old goes.
        test.Time.Advance(TimeSpan.FromMinutes(61));
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        (await store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(24)]
    [InlineData(24 * 365)]
    public async Task RollUp_FirstStartWithClockAhead_HoursAreMadeOnceItIsRight(double hours)
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(logs: logs);
        test.Database.Work.RollUp();
        test.Time.Set(TimeSpan.FromHours(hours));
        test.Time.Advance(TimeSpan.FromHours(1.1));
        test.Database.Work.RollUp();
        test.Time.Set(TimeSpan.FromHours(-hours));

        test.Reopen();
        test.Database.Work.RollUp();
        logs.Messages.ShouldContain(message => message.Contains("which is in the future"));
        var slot = await AppendAsync(test);
        test.Time.Advance(TimeSpan.FromHours(1.1));
        test.Database.Work.RollUp();
        var rollup = (await test.Database.Store.ReadRollupsAsync(1, RollupPeriod.Hour, 0, SlotGrid.MaxUnixMs, Cancel)).ShouldHaveSingleItem();
        (rollup.Count, rollup.Start).ShouldBe((1, slot / 3_600_000 * 3_600_000));
    }

    /// <summary>Behind a clock that is behind the marks are put back, and all is made again when it is right: but not what was imported.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RollUp_ClockBehindAtAStart_ImportedHistoryStaysAsItWas(bool alsoAnHour)
    {
        using var test = new TestDatabase();
        await AppendAsync(test);
        test.Database.Work.RollUp();
        var day = TestDatabase.Start.AddDays(-10).ToUnixTimeMilliseconds() / 86_400_000 * 86_400_000;
        var column = new RollupColumn(10, 1, 5, 1, 2);
        List<Rollup> imported = [new Rollup(1, RollupPeriod.Day, day, 1440, column, column)];
        if (alsoAnHour)
            imported.Add(new Rollup(1, RollupPeriod.Hour, day + 23 * 3_600_000, 60, column, column));
        (await test.Database.Store.ImportRollupsAsync(imported, Cancel)).ShouldBe(imported.Count);

        test.Time.Set(TimeSpan.FromDays(-365));
        test.Reopen();
        test.Database.Work.RollUp();
        test.Time.Set(TimeSpan.FromDays(365));
        test.Reopen();
        test.Database.Work.RollUp();
        (await test.Database.Store.ReadRollupsAsync(1, RollupPeriod.Day, day, day, Cancel)).ShouldHaveSingleItem().ShouldBe(imported[0]);
    }

    /// <summary>By seconds and by hours: who was added within the step is counted at once, and after another start, and who was tracked before is no longer so than before.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(3600)]
    [InlineData(365 * 86_400)]
    public async Task Slots_ClockIsSetBackWhileOpen_CountThoseWhoWereAddedWithinTheStep(double seconds)
    {
        using var test = new TestDatabase();
        await test.Database.Store.AddInfluencersAsync([4], 0, Cancel);
        test.Time.Advance(TimeSpan.FromSeconds(seconds + 10));
        await test.Database.Store.AddInfluencersAsync([1, 2, 3], 0, Cancel);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        test.Database.Work.LookAtClock();
        test.Time.Set(TimeSpan.FromSeconds(-seconds - 2));
        test.Database.Work.LookAtClock();

        var second = TimeSpan.FromSeconds(1);
        var slot = new SlotGrid(second).SlotAt(test.Time.GetUtcNow().ToUnixTimeMilliseconds());
        await test.Database.Store.NoteSlotAsync(slot, second, Cancel);
        await test.Database.Store.NoteSlotAsync(slot + 1000, second, Cancel);
        await test.Database.Store.AppendAsync([new(slot + 1000, second, [new DataPoint(1, 100, 10, slot + 1000, slot + 1005, "one")], [])], Cancel);
        await ExpectAsync(slot, 1, 0);
        await ExpectAsync(slot + 1000, 4, 1);
        test.Reopen();
        await test.Database.Store.NoteSlotAsync(slot + 2000, second, Cancel);
        await ExpectAsync(slot + 2000, 4, 0);

        async Task ExpectAsync(long of, int tracked, int covered)
        {
            var noted = (await test.Database.Store.ReadSlotsAsync(of, of, Cancel)).ShouldHaveSingleItem();
            (noted.Tracked, noted.Covered).ShouldBe((tracked, covered));
        }
    }

    /// <summary>This clock may be the wrong one: what is known of the past stays, and is made so again after another start.</summary>
    [Fact]
    public async Task Slots_ClockIsSetBackIntoAPastThatIsKept_AreCountedAsTheyWere()
    {
        using var test = new TestDatabase();
        await test.Database.Store.AddInfluencersAsync([1], 0, Cancel);
        test.Time.Advance(Minute);
        var past = await AppendAsync(test);
        test.Time.Advance(TimeSpan.FromHours(24));
        await test.Database.Store.AddInfluencersAsync([2, 3, 4], 0, Cancel);
        test.Database.Work.LookAtClock();
        test.Time.Set(TimeSpan.FromHours(-24));
        test.Database.Work.LookAtClock();
        test.Time.Advance(TimeSpan.FromSeconds(30));
        await test.Database.Store.NoteSlotAsync(past, Minute, Cancel);
        await ShouldBeAsync();
        test.Reopen();
        await ShouldBeAsync();

        async Task ShouldBeAsync()
        {
            var slot = (await test.Database.Store.ReadSlotsAsync(past, past, Cancel)).ShouldHaveSingleItem();
            (slot.Tracked, slot.Covered).ShouldBe((1, 1));
        }
    }

    /// <summary>A first run: the slot in which they were added has their readings as those of others; once they are tracked from before it, they are its own.</summary>
    [Fact]
    public async Task Slots_ClockOfAFirstRunIsSetBack_StoredReadingsCountAndACrashForgetsNothing()
    {
        using var test = new TestDatabase();
        test.Time.Advance(TimeSpan.FromSeconds(20));
        await test.Database.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        var slot = await AppendAsync(test);
        (await test.Database.Store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem().Covered.ShouldBe(0);
        test.Database.Work.LookAtClock();
        test.Time.Set(TimeSpan.FromMinutes(-30));
        test.Database.Work.LookAtClock();
        var after = (await test.Database.Store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem();
        (after.Tracked, after.Covered).ShouldBe((2, 1));

        test.Database.Work.SyncLog();
        test.OpenAfterCrash();
        test.Time.Advance(Minute);
        var next = await AppendAsync(test);
        var counted = (await test.Database.Store.ReadSlotsAsync(next, next, Cancel)).ShouldHaveSingleItem();
        (counted.Tracked, counted.Covered).ShouldBe((2, 1));
    }

    private static async Task<long> AppendAsync(TestDatabase test)
    {
        var slot = new SlotGrid(Minute).SlotAt(test.Time.GetUtcNow().ToUnixTimeMilliseconds());
        (await test.Database.Store.AppendAsync([Batch(slot)], Cancel)).Inserted.ShouldBe(1);
        return slot;
    }

    private static DataPointBatch Batch(long slot) => new(slot, Minute, [new DataPoint(1, 100, 10, slot, slot + 5, "one")], []);
}
