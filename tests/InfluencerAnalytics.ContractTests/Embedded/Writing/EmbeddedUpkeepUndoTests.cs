using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Embedded.Writing;

/// <summary>What the background work and the repairs of a start leave in memory and on the disk when a write of theirs fails.</summary>
public sealed class EmbeddedUpkeepUndoTests : IDisposable
{
    private static readonly TimeSpan Interval = FailingStore.Interval;
    private static readonly long Start = FailingStore.Start;

    private readonly FailingStore _test = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Influencer 4 was added in the middle of the first slot, which has a reading of it.</summary>
    [Fact]
    public async Task BeginningsAfterStep_WriteFails_LeavesMemoryAndDiskAsTheyWere()
    {
        await _test.PrepareAsync();
        _test.Test.Time.Advance(TimeSpan.FromSeconds(20));
        await _test.Store.AddInfluencersAsync([4], 1, Cancel);
        await _test.Store.AppendAsync([new DataPointBatch(Start, Interval, [FailingStore.Point(4, Start)], [])], Cancel);
        _test.Live.Beginnings.Look();
        _test.Test.Time.Set(TimeSpan.FromMinutes(-20));
        await _test.CheckAsync(() =>
        {
            _test.Live.Beginnings.Look();
            return Task.CompletedTask;
        });
        (await _test.Store.ReadSlotsAsync(Start, Start, Cancel)).ShouldHaveSingleItem().Covered.ShouldBe(2);
    }

    [Fact]
    public async Task BeginningsAfterStep_FailsForLongerThanTwoSlots_IsMadeUpForAllTheSame()
    {
        await _test.PrepareAsync();
        _test.Live.Beginnings.Look();
        _test.Test.Time.Set(TimeSpan.FromMinutes(-20));
        _test.Live.Failing.FailAt(0);
        Should.Throw<InvalidOperationException>(() => _test.Live.Beginnings.Look());
        _test.Live.Failing.FailAt(null);
        _test.Test.Time.Advance(TimeSpan.FromMinutes(5));
        await _test.Store.NoteSlotAsync(Start - 20 * 60_000, Interval, Cancel);
        _test.Live.Beginnings.Look();
        var row = _test.Live.Parts.Influencers.Table.Find(1);
        _test.Live.Parts.Influencers.Table[row].FromSeconds.ShouldBeLessThan(SlotSeconds.Of(Start));
    }

    /// <summary>More than one write takes: what the first of them did stands, on the disk as well, and the next look does the rest.</summary>
    [Fact]
    public async Task BeginningsAfterStep_SecondWriteFails_TheNextLookDoesTheRest()
    {
        const int Influencers = 15_000;
        await _test.Store.AddInfluencersAsync([.. Enumerable.Range(1, Influencers).Select(id => (long)id)], 0, Cancel);
        _test.Live.Beginnings.Look();
        _test.Test.Time.Set(TimeSpan.FromMinutes(-20));
        _test.Live.Failing.FailAt(1);
        Should.Throw<InvalidOperationException>(() => _test.Live.Beginnings.Look());
        var first = Begun(_test.Live);
        first.ShouldBeInRange(1, Influencers - 1);
        Begun(_test.Load()).ShouldBe(first);
        _test.Live.Failing.FailAt(null);
        _test.Live.Beginnings.Look();
        Begun(_test.Live).ShouldBe(Influencers);
        Begun(_test.Load()).ShouldBe(Influencers);
        _test.Live.Parts.Influencers.Standings.Tracked.At(SlotSeconds.Of(Start) - 1).ShouldBe(Influencers);

        static int Begun(FailingStore.Loaded store) =>
            Enumerable.Range(0, store.Parts.Influencers.Table.Count).Count(row => store.Parts.Influencers.Table[row].FromSeconds < SlotSeconds.Of(Start));
    }

    [Fact]
    public async Task DirtyHours_WriteFails_LeavesMemoryAndDiskAsTheyWere()
    {
        await _test.PrepareAsync();
        await AppendLateAsync();
        _test.Live.Parts.Rollups.Marks.Last.ShouldBe(1);
        await _test.CheckAsync(StepAsync);
        _test.Live.Parts.Rollups.Marks.Done.ShouldBe(1);
    }

    [Fact]
    public async Task PutBackToNow_WriteFails_LeavesMemoryAndDiskAsTheyWere()
    {
        await _test.PrepareAsync();
        await AppendLateAsync();
        _test.Test.Time.Set(TimeSpan.FromMinutes(-30));
        await _test.CheckAsync(StepAsync);
        _test.Live.Parts.Rollups.Progress.HoursBefore.ShouldBe(SlotSeconds.Of(Start) / Periods.HourSeconds - 1);
    }

    /// <summary>The hour of the first slots is made in one write.</summary>
    [Fact]
    public async Task StepHour_WriteFails_LeavesMemoryAndDiskAsTheyWere()
    {
        await _test.PrepareAsync();
        _test.Test.Time.Advance(TimeSpan.FromMinutes(70));
        var before = await _test.DescribeAsync();
        FailOnDisk(() => _test.Live.Rollups.Step());
        // From the first try on, its points are marked when they come; a start finds out by itself.
        _test.Live.Parts.Rollups.Progress.MarkedBefore--;
        (await _test.DescribeAsync()).ShouldBe(before);
        (await FailingStore.DescribeAsync(_test.Load())).ShouldBe(before);
        _test.Live.Rollups.Step().ShouldBeTrue();
        (await FailingStore.DescribeAsync(_test.Load())).ShouldBe(await _test.DescribeAsync());
        _test.Live.Parts.Rollups.Progress.HoursBefore.ShouldBe(SlotSeconds.Of(Start) / Periods.HourSeconds + 1);
    }

    /// <summary>Were the blocks of the try that failed taken for saved, the next one would drop the journal, which alone has them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Checkpoint_WriteFails_TheNextOneWritesAllOfIt(bool rewrite)
    {
        await _test.PrepareAsync();
        var before = await _test.DescribeAsync();
        var checkpoint = _test.Live.Parts.Checkpoint;
        Action run = rewrite ? checkpoint.Rewrite : checkpoint.Run;
        FailOnDisk(run);
        (await _test.DescribeAsync()).ShouldBe(before);
        (await FailingStore.DescribeAsync(_test.Load())).ShouldBe(before);
        run();
        _test.Live.Parts.Context.Meta.GetNumber(MetaKeys.JournalStart).ShouldBe(_test.Live.Parts.Influencers.NextJournalRecord, "the journal is not needed any more");
        (await FailingStore.DescribeAsync(_test.Load())).ShouldBe(before);
    }

    [Fact]
    public async Task Drop_OfADayFails_TheDayStays()
    {
        await _test.PrepareAsync();
        var before = await _test.DescribeAsync();
        var days = _test.Live.Parts.Points.Days;
        var day = days.All.ShouldHaveSingleItem();
        FailOnDisk(() => days.Drop(day));
        (await _test.DescribeAsync()).ShouldBe(before);
        days.Drop(day);
        (await FailingStore.DescribeAsync(_test.Load())).ShouldBe(await _test.DescribeAsync());
        (await _test.Store.ReadPointsAsync(1, 0, SlotGrid.MaxUnixMs, 10, Cancel)).ShouldBeEmpty();
    }

    /// <summary>A start that fails in it ends, and its memory with it. Whichever write it was, the next one finds the rest, and ends where one that nothing disturbed does.</summary>
    [Fact]
    public async Task DropFuture_AnyWriteFails_TheNextStartFinishesIt()
    {
        var undisturbed = await DropFutureAsync(null);
        for (var write = 0; ; write++)
        {
            if (await DropFutureAsync(write) is not { } after)
            {
                write.ShouldBeGreaterThanOrEqualTo(5, "points, hours, days, from when on points are kept, slots");
                return;
            }

            after.ShouldBe(undisturbed);
        }
    }

    public void Dispose() => _test.Dispose();

    /// <returns>What is there in the end; null when no write failed.</returns>
    private static async Task<string?> DropFutureAsync(int? failAt)
    {
        using var test = new FailingStore();
        await test.PrepareAsync();
        test.Test.Time.Advance(TimeSpan.FromHours(3));
        var future = Start + 3 * 3_600_000L;
        await test.Store.AppendAsync([new DataPointBatch(future, Interval, [FailingStore.Point(1, future)], [new Miss(3, MissReason.Timeout)])], Cancel);
        await test.Store.ImportRollupsAsync(
            [
                new Rollup(8, RollupPeriod.Hour, future / 3_600_000 * 3_600_000, 1, RollupColumn.Of(5), RollupColumn.Of(6)),
                new Rollup(8, RollupPeriod.Day, future / 86_400_000 * 86_400_000, 1, RollupColumn.Of(5), RollupColumn.Of(6)),
            ], Cancel);
        test.Live.Parts.Points.KeepSince(SlotSeconds.Of(Start + 3_600_000));
        test.Test.Time.Set(TimeSpan.FromHours(-3) + TimeSpan.FromMinutes(2));
        if (failAt is not null)
        {
            try
            {
                test.Load(failAt, dropFuture: true);
                return null;
            }
            catch (InvalidOperationException)
            {
                var left = test.Load().Parts;
                left.Slots.From(SlotSeconds.Of(future)).ShouldNotBeEmpty("as long as anything is left, a start says so");
            }
        }

        // The copy has another name than that of the start before.
        test.Test.Time.Advance(TimeSpan.FromMilliseconds(1));
        var after = test.Load(dropFuture: true);
        after.Parts.Slots.From(SlotSeconds.Of(future)).ShouldBeEmpty();
        var description = await FailingStore.DescribeAsync(after);
        (await FailingStore.DescribeAsync(test.Load())).ShouldBe(description);
        return description;
    }

    // Writes that no part takes part in: the files are closed under them, as while the database is opened again, and opened then.
    private void FailOnDisk(Action write)
    {
        _test.Test.Database.Native.CloseForReopening();
        Should.Throw<RocksDbException>(write);
        _test.Test.Database.Native.Reopen();
    }

    // Of an hour that is rolled up, so that it is marked.
    private async Task AppendLateAsync() =>
        (await _test.Store.AppendAsync([new DataPointBatch(Start - 60_000, Interval, [FailingStore.Point(2, Start - 60_000)], [])], Cancel)).Inserted.ShouldBe(1);

    private Task StepAsync()
    {
        _test.Live.Rollups.Step();
        return Task.CompletedTask;
    }
}
