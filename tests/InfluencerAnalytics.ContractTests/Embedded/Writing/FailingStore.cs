using System.Text.Json;
using InfluencerAnalytics.Embedded.ClockRepair;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Stores;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Roster;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Embedded.Writing;

/// <summary>A store whose writes can be made to fail once all of each is staged, and what another start would find of it.</summary>
internal sealed class FailingStore : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    public static readonly long Start = TestDatabase.Start.ToUnixTimeMilliseconds();

    private static readonly long[] Ids = [1, 2, 3, 4, 5, 8, 9];

    public FailingStore() => Live = Load();

    public TestDatabase Test { get; } = new();

    /// <summary>The one that is written to.</summary>
    public Loaded Live { get; }

    public EmbeddedStore Store => Live.Store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static DataPoint Point(long id, long slot, string? name = null) => new(id, id * 100, id, slot, slot + 5, name ?? $"name-{id}");

    /// <summary>Of influencer 2, one more "not found" makes it gone; 3 is missed in the first slot.</summary>
    public async Task PrepareAsync()
    {
        await Store.AddInfluencersAsync([1, 2, 3], 0, Cancel);
        var generation = await Store.AllocateGenerationAsync(Cancel);
        (await Store.TrySealGenerationAsync(new SealedGeneration(generation, Interval, 500, 0, 1), long.MaxValue, Cancel)).ShouldBeTrue();
        await Store.WriteSettingAsync("x", "1", Cancel);
        await Store.AppendAsync(
            [
                new DataPointBatch(Start, Interval, [Point(1, Start)], [new Miss(2, MissReason.NotFound), new Miss(3, MissReason.Other)]),
                new DataPointBatch(Start + 60_000, Interval, [], [new Miss(2, MissReason.NotFound)]),
            ], Cancel);
    }

    /// <summary>Fails a write at its end, and lets it through then: each time memory and disk say the same, and the first time what they said before.</summary>
    public async Task CheckAsync(Func<Task> write)
    {
        var before = await DescribeAsync();
        Live.Failing.FailAt(0);
        await Should.ThrowAsync<InvalidOperationException>(write);
        (await DescribeAsync()).ShouldBe(before);
        (await DescribeAsync(Load())).ShouldBe(before);

        Live.Failing.FailAt(null);
        await write();
        var after = await DescribeAsync();
        after.ShouldNotBe(before);
        (await DescribeAsync(Load())).ShouldBe(after, "what is on the disk is what is in memory");
    }

    /// <summary>As a start would find it; the table's blocks and the journal are read anew.</summary>
    /// <param name="failAt">Which of its writes fails, from 0; null for none.</param>
    /// <param name="dropFuture">Whether what lies in the future is to go.</param>
    public Loaded Load(int? failAt = null, bool dropFuture = false)
    {
        var disk = new DiskGuard(Test.Directory, 0, _ => long.MaxValue);
        var context = new StoreContext(Test.Database.Native, new EmbeddedOptions { DataDirectory = Test.Directory }, Test.Time);
        var parts = new StoreParts(context, disk.DamagedMessages.LostShards, NullLogger.Instance);
        var failing = new FailingPart();
        context.Add(failing);
        failing.FailAt(failAt);
        new StoreLoading(parts, NullLogger.Instance, NullLogger.Instance).Load(lossAccepted: false, dropFuture);
        failing.FailAt(null);
        return new Loaded(
            parts, new EmbeddedStore(parts, disk),
            new RollupMaker(context, parts.Influencers.Table, parts.Slots, parts.Points.Days, parts.Rollups, parts.RollupReader, parts.Ranks.NoteLate, NullLogger.Instance),
            new BeginningsAfterStep(context, parts.Influencers, parts.Slots, parts.Points, NullLogger.Instance),
            failing);
    }

    public Task<string> DescribeAsync() => DescribeAsync(Live);

    /// <summary>All that can be asked of a store, and what it holds in memory besides.</summary>
    public static async Task<string> DescribeAsync(Loaded loaded)
    {
        var (parts, store) = (loaded.Parts, loaded.Store);
        var (influencers, latest) = (new List<object?>(), new List<LatestPoint>());
        // First: behind a clock that was set back, it is what mends the moments of sealings.
        var generations = await store.ReadGenerationsAsync(Cancel);
        foreach (var id in Ids)
        {
            var row = parts.Influencers.Table.Find(id);
            influencers.Add(new
            {
                Entry = await store.FindInfluencerAsync(id, Cancel),
                From = row < 0 ? 0 : parts.Influencers.Table[row].FromSeconds,
                Points = await store.ReadPointsAsync(id, 0, SlotGrid.MaxUnixMs, 100, Cancel),
                Hours = await store.ReadRollupsAsync(id, RollupPeriod.Hour, 0, SlotGrid.MaxUnixMs, Cancel),
                Days = await store.ReadRollupsAsync(id, RollupPeriod.Day, 0, SlotGrid.MaxUnixMs, Cancel),
            });
        }

        await store.ReadLatestChangesAsync(null, 100, latest, Cancel);
        return JsonSerializer.Serialize(new
        {
            Influencers = influencers,
            // A start tells once more of those of whom nothing but roll-ups is kept; nobody ranks them.
            Latest = latest.Where(point => point.Slot > 0 || point.Status != InfluencerStatus.Unknown).OrderBy(point => point.InfluencerId),
            Counts = await store.CountRosterAsync(Cancel),
            Roster = await store.ReadRosterAsync(0, 100, Cancel),
            Slots = await store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel),
            SlotHours = (await store.ReadSlotHoursAsync(0, SlotGrid.MaxUnixMs, Cancel)).Select(static hour => hour.ToString()),
            Generations = generations,
            Snapshot = await store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel),
            Setting = await store.ReadSettingAsync("x", Cancel),
            Kept = await store.ReadKeptSinceAsync(Cancel),
            RolledUp = parts.Rollups.Progress,
            Marked = Ids.Where(id => parts.Rollups.Marks.Stands(id, SlotSeconds.Of(Start) - Periods.HourSeconds)),
        });
    }

    public void Dispose() => Test.Dispose();

    /// <param name="Parts">Of the store.</param>
    /// <param name="Rollups">Made over the same parts, as the upkeep makes it.</param>
    /// <param name="Beginnings">As above.</param>
    internal sealed record Loaded(StoreParts Parts, EmbeddedStore Store, RollupMaker Rollups, BeginningsAfterStep Beginnings, FailingPart Failing);

    /// <summary>Comes last: all others have put their changes into the batch, and none of it is written.</summary>
    internal sealed class FailingPart : IWritePart
    {
        private int? _left;

        /// <summary>Fails one of the writes to come, and all behind it.</summary>
        /// <param name="write">From 0; null for none.</param>
        public void FailAt(int? write) => _left = write;

        public void Complete(WriteBatchBuffer batch)
        {
            if (_left-- <= 0)
                throw new InvalidOperationException("no such luck");
        }

        public void Accept()
        {
        }

        public void Undo()
        {
        }
    }
}
