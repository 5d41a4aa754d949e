using System.Text.Json;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Stores;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Embedded.Writing;

/// <summary>A write that fails once all of it is staged leaves memory and disk as they were, whoever writes.</summary>
public sealed class EmbeddedUndoTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly long Start = TestDatabase.Start.ToUnixTimeMilliseconds();
    private static readonly long[] Ids = [1, 2, 3, 4, 5, 8, 9];

    private static readonly Dictionary<string, Func<EmbeddedUndoTests, Task>> Writes = new()
    {
        ["append"] = async test => await test._store.AppendAsync(
            [
                new DataPointBatch(Start - 60_000, Interval, [Point(2, Start - 60_000)], []),
                new DataPointBatch(Start, Interval, [Point(3, Start)], []),
                new DataPointBatch(Start + 120_000, Interval, [Point(1, Start + 120_000, "renamed"), Point(9, Start + 120_000)], [new Miss(2, MissReason.NotFound)]),
            ], Cancel),
        ["add"] = async test => await test._store.AddInfluencersAsync([4, 5], 1, Cancel),
        ["remove"] = async test => await test._store.RemoveInfluencersAsync([1, 3], Cancel),
        ["note"] = async test => await test._store.NoteSlotAsync(Start + 120_000, Interval, Cancel),
        ["allocate"] = async test => await test._store.AllocateGenerationAsync(Cancel),
        ["seal"] = async test => await test._store.TrySealGenerationAsync(new SealedGeneration(2, Interval, 500, 0, 1), long.MaxValue, Cancel),
        ["request"] = async test => await test._store.RequestGenerationAsync(Cancel),
        ["setting"] = async test => await test._store.WriteSettingAsync("x", "2", Cancel),
        ["import"] = async test => await test._store.ImportRollupsAsync([new Rollup(8, RollupPeriod.Hour, Start - 864_000_000, 1, RollupColumn.Of(5), RollupColumn.Of(6))], Cancel),
        ["keep since"] = test =>
        {
            test._parts.Points.KeepSince(SlotSeconds.Of(Start + 600_000));
            return Task.CompletedTask;
        },
    };

    private readonly TestDatabase _test = new();
    private readonly FailingPart _failing = new();
    private readonly StoreParts _parts;
    private readonly EmbeddedStore _store;

    public EmbeddedUndoTests()
    {
        (_parts, _store) = Load();
        _parts.Context.Add(_failing);
    }

    public static TheoryData<string> Names => [.. Writes.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Write_FailsAtItsEnd_LeavesMemoryAndDiskAsTheyWere(string name)
    {
        await PrepareAsync();
        var before = await DescribeAsync(_store);
        _failing.Fails = true;
        await Should.ThrowAsync<InvalidOperationException>(() => Writes[name](this));
        (await DescribeAsync(_store)).ShouldBe(before);
        (await DescribeAsync(Load().Store)).ShouldBe(before);

        _failing.Fails = false;
        await Writes[name](this);
        var after = await DescribeAsync(_store);
        after.ShouldNotBe(before);
        (await DescribeAsync(Load().Store)).ShouldBe(after, "what is on the disk is what is in memory");
    }

    [Fact]
    public async Task Add_FailsInTheMiddle_LeavesMemoryAndDiskAsTheyWere()
    {
        await PrepareAsync();
        var before = await DescribeAsync(_store);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _store.AddInfluencersAsync([4, -1], 1, Cancel));
        (await DescribeAsync(_store)).ShouldBe(before);
        (await _store.AddInfluencersAsync([4], 1, Cancel)).Added.ShouldBe(1);
        (await DescribeAsync(Load().Store)).ShouldBe(await DescribeAsync(_store));
    }

    [Fact]
    public async Task Import_FailsInTheMiddle_LeavesMemoryAndDiskAsTheyWere()
    {
        await PrepareAsync();
        var before = await DescribeAsync(_store);
        var good = new Rollup(8, RollupPeriod.Hour, Start - 864_000_000, 1, RollupColumn.Of(5), RollupColumn.Of(6));
        await Should.ThrowAsync<ArgumentException>(async () => await _store.ImportRollupsAsync([good, good with { Start = good.Start + 1000 }], Cancel));
        (await DescribeAsync(_store)).ShouldBe(before);
        (await _store.ImportRollupsAsync([good], Cancel)).ShouldBe(1);
        (await DescribeAsync(Load().Store)).ShouldBe(await DescribeAsync(_store));
    }

    public void Dispose() => _test.Dispose();

    // Of influencer 2, one more "not found" makes it gone; 3 is missed in the first slot.
    private async Task PrepareAsync()
    {
        await _store.AddInfluencersAsync([1, 2, 3], 0, Cancel);
        var generation = await _store.AllocateGenerationAsync(Cancel);
        (await _store.TrySealGenerationAsync(new SealedGeneration(generation, Interval, 500, 0, 1), long.MaxValue, Cancel)).ShouldBeTrue();
        await _store.WriteSettingAsync("x", "1", Cancel);
        await _store.AppendAsync(
            [
                new DataPointBatch(Start, Interval, [Point(1, Start)], [new Miss(2, MissReason.NotFound), new Miss(3, MissReason.Other)]),
                new DataPointBatch(Start + 60_000, Interval, [], [new Miss(2, MissReason.NotFound)]),
            ], Cancel);
    }

    // As a start would find it; the table's blocks and the journal are read anew.
    private (StoreParts Parts, EmbeddedStore Store) Load()
    {
        var disk = new DiskGuard(_test.Directory, 0, _ => long.MaxValue);
        var context = new StoreContext(_test.Database.Native, new EmbeddedOptions { DataDirectory = _test.Directory }, _test.Time);
        var parts = new StoreParts(context, disk.DamagedMessages.LostShards, NullLogger.Instance);
        new StoreLoading(parts, NullLogger.Instance, NullLogger.Instance).Load(lossAccepted: false, dropFuture: false);
        return (parts, new EmbeddedStore(parts, disk));
    }

    private static async Task<string> DescribeAsync(EmbeddedStore store)
    {
        var (influencers, latest) = (new List<object?>(), new List<LatestPoint>());
        foreach (var id in Ids)
        {
            influencers.Add(new
            {
                Entry = await store.FindInfluencerAsync(id, Cancel),
                Points = await store.ReadPointsAsync(id, 0, SlotGrid.MaxUnixMs, 100, Cancel),
                Hours = await store.ReadRollupsAsync(id, RollupPeriod.Hour, 0, SlotGrid.MaxUnixMs, Cancel),
            });
        }

        await store.ReadLatestChangesAsync(0, 100, latest, Cancel);
        return JsonSerializer.Serialize(new
        {
            Influencers = influencers,
            // A start tells once more of those of whom nothing but roll-ups is kept; nobody ranks them.
            Latest = latest.Where(point => point.Slot > 0 || point.Status != InfluencerStatus.Unknown).OrderBy(point => point.InfluencerId),
            Counts = await store.CountRosterAsync(Cancel),
            Roster = await store.ReadRosterAsync(0, 100, Cancel),
            Slots = await store.ReadSlotsAsync(0, SlotGrid.MaxUnixMs, Cancel),
            Generations = await store.ReadGenerationsAsync(Cancel),
            Snapshot = await store.ReadRosterSnapshotAsync(-1, Cancel),
            Setting = await store.ReadSettingAsync("x", Cancel),
            Kept = await store.ReadKeptSinceAsync(Cancel),
        });
    }

    private static DataPoint Point(long id, long slot, string? name = null) => new(id, id * 100, id, slot, slot + 5, name ?? $"name-{id}");

    /// <summary>Comes last: all others have put their changes into the batch, and none of it is written.</summary>
    private sealed class FailingPart : IWritePart
    {
        public bool Fails { get; set; }

        public void Complete(WriteBatchBuffer batch)
        {
            if (Fails)
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
