using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>The store on RocksDB. Calls run on the caller's thread: they are microseconds of memory and cache, or one write. Safe for concurrent use.</summary>
internal sealed partial class EmbeddedStore(StoreContext context, RollupProgress progress, DiskGuard disk) : IInfluencerStore
{
    private readonly AppendWriter _append = new(context);
    private readonly RosterWriter _roster = new(context);
    private readonly GenerationWriter _generations = new(context, disk.DamagedMessages.LostShards);
    private readonly LatestReader _latest = new(context.Table);
    private readonly PointReader _points = new(context.Database, context.Points);
    private readonly KeptSinceReader _kept = new(context);
    private readonly RollupReader _rollups = new(context, new PointReader(context.Database, context.Points), progress);

    internal AppendWriter Appends => _append;

    internal RollupReader Rollups => _rollups;

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (disk.RefuseAppend is { } refusal)
            throw new StoreUnavailableException(refusal);
        BatchCheck.Check(batches);
        try
        {
            lock (context.Gate)
                return ValueTask.FromResult(_append.Append(batches));
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Unavailable(e);
        }
    }

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<DataPoint>>(
            () => endMs < 0 ? [] : _points.Read(influencerId, PointCodec.CeilingSeconds(startMs), PointCodec.FloorSeconds(endMs), limit), cancellationToken);

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        Read(() => endMs < 0 ? [] : _rollups.Read(influencerId, period, PointCodec.CeilingSeconds(startMs), PointCodec.FloorSeconds(endMs)), cancellationToken);

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        Read(() => atMs < 0 ? null : _points.ReadAtOrBefore(influencerId, PointCodec.FloorSeconds(atMs), PointCodec.CeilingSeconds(notBeforeMs)), cancellationToken);

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => Read(_kept.Read, cancellationToken);

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken) =>
        Locked(() => _generations.Count(_roster.Add(ids, expectedSealedGeneration, _generations.SealedGeneration), ids.Count), cancellationToken);

    public ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        Locked(() => _roster.Remove(ids, _generations.Interval ?? SlotGrid.IntervalBeforeSeeding), cancellationToken);

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<RosterEntry>>(() => _roster.Read(afterId, limit, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<long>>(() => _roster.ReadAddedSince(rosterVersion), cancellationToken);

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) =>
        Locked(() => _roster.Find(influencerId), cancellationToken);

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(long knownVersion, CancellationToken cancellationToken) =>
        Locked(() => _generations.ReadSnapshot(knownVersion), cancellationToken);

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) =>
        Locked(() => new RosterCounts(context.Roster.Tracked, context.Roster.Gone, context.Roster.Version), cancellationToken);

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) => Locked(_generations.ReadState, cancellationToken);

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => Locked(_generations.Allocate, cancellationToken);

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) =>
        Locked(() => _generations.TrySeal(generation, rosterVersion), cancellationToken);

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken) => Locked(() => _generations.Request(), cancellationToken);

    public ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Locked(() => _generations.TryAcquireLease(name, owner, duration), cancellationToken);

    public async ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken) =>
        await Locked(() =>
        {
            _generations.ReleaseLease(name, owner);
            return true;
        }, cancellationToken);

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken) => Read(() => _generations.ReadSetting(name), cancellationToken);

    public async ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        await Locked(() => _generations.WriteSetting(name, value), cancellationToken);

    public ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        Locked(() => _generations.ReadSetting(name) ?? _generations.WriteSetting(name, value), cancellationToken);

    public async ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) =>
        await Locked(() =>
        {
            NoteSlot(PointCodec.ToSeconds(slot), interval);
            return true;
        }, cancellationToken);

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<SlotSummary>>(
            () => endMs < 0 ? [] : context.Slots.Read(PointCodec.CeilingSeconds(startMs), PointCodec.FloorSeconds(endMs)), cancellationToken);

    public ValueTask<LatestPage> ReadLatestChangesAsync(long cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        Locked(() => _latest.Read(cursor, limit, into), cancellationToken);

    // The one thing that happens though nothing arrives, so an outage that time ends is seen to end here.
    private void NoteSlot(uint slot, TimeSpan interval)
    {
        context.NotFound.Publish();
        var record = context.Slots.Find(slot);
        if (record is not null && Math.Abs(context.NowMs / 1000 - slot) > interval.TotalSeconds)
            return;
        context.Begin();
        try
        {
            // Its time has come: one that was written by a clock that was ahead does not know what happened since.
            if (record is null)
                context.Slots.Change(slot, interval);
            else
                context.Slots.Recount(slot);
            context.Commit();
        }
        catch
        {
            context.Rollback();
            throw;
        }
    }

    private ValueTask<T> Locked<T>(Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            lock (context.Gate)
            {
                ObjectDisposedException.ThrowIf(context.Database.IsClosed, this);
                return ValueTask.FromResult(call());
            }
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Unavailable(e);
        }
    }

    private ValueTask<T> Read<T>(Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // A read that finds no day to look into would not notice.
            ObjectDisposedException.ThrowIf(context.Database.IsClosed, this);
            return ValueTask.FromResult(call());
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Unavailable(e);
        }
    }

    private static bool IsBroken(Exception exception) => exception is RocksDbException or ObjectDisposedException or InvalidDataException;

    private StoreUnavailableException Unavailable(Exception exception)
    {
        disk.DamagedFiles.Note(exception);
        return new StoreUnavailableException(disk.Explain(exception), exception);
    }
}
