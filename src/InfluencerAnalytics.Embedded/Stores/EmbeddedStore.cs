using System.Globalization;
using InfluencerAnalytics.Embedded.Appends;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Processes;
using InfluencerAnalytics.Embedded.Ranks;
using InfluencerAnalytics.Embedded.Roster;
using InfluencerAnalytics.Embedded.Seeding;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Ranks;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>The store on RocksDB. Calls run on the caller's thread: they are microseconds of memory and cache, or one write. Safe for concurrent use.</summary>
internal sealed partial class EmbeddedStore(StoreParts parts, DiskGuard disk) : IInfluencerStore
{
    private readonly StoreContext _context = parts.Context;
    private readonly Generations _generations = parts.Generations;
    private readonly Intake _intake = new(
        parts.Context,
        new AppendWriter(
            parts.Context, parts.Influencers, parts.Slots, parts.Points, parts.Rollups, parts.NotFound,
            new ForeignReadings(parts.Influencers, parts.Notices, parts.Context.Options.MaxForeignInfluencers)),
        disk);
    private readonly RosterWriter _rosterWriter = new(parts.Context, parts.Influencers, parts.Slots, parts.Points);
    private readonly RosterReader _rosterReader = new(parts.Context, parts.Influencers);
    private readonly RosterSearcher _rosterSearcher = new(parts.Context, parts.Influencers, parts.Slots);
    private readonly SnapshotReader _snapshots = new(parts.Influencers, parts.Generations, parts.Context.Clock);
    private readonly Leases _leases = new(parts.Context.Clock);
    private readonly Settings _settings = new(parts.Context);
    private readonly ProcessReports _processes = new(parts.Context.Clock);
    private readonly LatestReader _latest = new(parts.Influencers.Table);
    private readonly RankReader _ranks = new(parts.Context, parts.Ranks, parts.RollupReader);
    private readonly KeptSinceReader _kept = new(parts.Context, parts.Slots, parts.Points, parts.Rollups);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_intake.Append(batches));
    }

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<DataPoint>>(
            () => endMs < 0 ? [] : parts.PointReader.Read(influencerId, SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs), limit), cancellationToken);

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        Read(() => endMs < 0 ? [] : parts.RollupReader.Read(influencerId, period, SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs)), cancellationToken);

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        Read(() => atMs < 0 ? null : parts.PointReader.ReadAtOrBefore(influencerId, SlotSeconds.Floor(atMs), SlotSeconds.Ceiling(notBeforeMs)), cancellationToken);

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => Read(_kept.Read, cancellationToken);

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken) =>
        Locked(() => _generations.Count(_rosterWriter.Add(ids, expectedSealedGeneration, _generations.SealedGeneration), ids.Count), cancellationToken);

    public ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        Locked(() => _rosterWriter.Remove(ids, _generations.Interval), cancellationToken);

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<RosterEntry>>(() => _rosterReader.Read(afterId, limit, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<long>>(() => _rosterReader.ReadAddedSince(rosterVersion), cancellationToken);

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) =>
        Locked(() => _rosterReader.Find(influencerId), cancellationToken);

    public ValueTask<IReadOnlyDictionary<long, string>> ReadUsernamesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<long, string>>(() => _rosterReader.ReadNames(ids), cancellationToken);

    public ValueTask<RosterPage> SearchRosterAsync(RosterSearch search, CancellationToken cancellationToken) =>
        Read(() => _rosterSearcher.Search(search, cancellationToken), cancellationToken);

    public ValueTask<RosterMember?> FindMemberAsync(long influencerId, CancellationToken cancellationToken) =>
        Read(() => _rosterSearcher.Find(influencerId), cancellationToken);

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(RosterSnapshot known, CancellationToken cancellationToken) =>
        Locked(() => _snapshots.Read(known.Version), cancellationToken);

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) =>
        Locked(_rosterReader.Count, cancellationToken);

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) => Locked(_generations.ReadState, cancellationToken);

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => Locked(_generations.Allocate, cancellationToken);

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) =>
        Locked(() => _generations.TrySeal(generation, rosterVersion), cancellationToken);

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken) => Locked(() => _generations.Request(), cancellationToken);

    public ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Locked(() => _leases.TryAcquire(name, owner, duration), cancellationToken);

    public async ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken) =>
        await Locked(() =>
        {
            _leases.Release(name, owner);
            return true;
        }, cancellationToken);

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken) => Read(() => _settings.Read(name), cancellationToken);

    public async ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        await Locked(() => _settings.Write(name, value), cancellationToken);

    public ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        Locked(() => _settings.Read(name) ?? _settings.Write(name, value), cancellationToken);

    public async ValueTask WriteProcessAsync(ProcessReport report, CancellationToken cancellationToken) =>
        await Read(() => _processes.Write(report), cancellationToken);

    public ValueTask<IReadOnlyList<ReportedProcess>> ReadProcessesAsync(TimeSpan within, CancellationToken cancellationToken) =>
        Read(() => _processes.Read(within), cancellationToken);

    public async ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) =>
        await Locked(() =>
        {
            // The one thing that happens though nothing arrives, so an outage that time ends is seen to end here.
            parts.NotFound.Publish();
            parts.Slots.Note(SlotSeconds.Of(slot), interval);
            return true;
        }, cancellationToken);

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<SlotSummary>>(
            () => endMs < 0 ? [] : parts.Slots.Read(SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs)), cancellationToken);

    public ValueTask<IReadOnlyList<SlotSum>> ReadSlotHoursAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<SlotSum>>(
            () => endMs < 0 ? [] : parts.Slots.Hours.Read(SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs)), cancellationToken);

    public ValueTask<SlotsKeptSince> ReadSlotsKeptSinceAsync(CancellationToken cancellationToken) => Read(parts.Slots.Hours.ReadKeptSince, cancellationToken);

    public ValueTask<IReadOnlyList<DayRank>> ReadDayRanksAsync(long influencerId, long startMs, long endMs, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<DayRank>>(() => endMs < 0 ? [] : _ranks.Read(influencerId, SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs)), cancellationToken);

    public ValueTask<LatestPage> ReadLatestChangesAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        Locked(() =>
        {
            // What is no cursor of this store gives everything, as one of another start does.
            var from = long.TryParse(cursor, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var known) ? known : 0;
            var (next, hasMore) = _latest.Read(from, limit, into);
            return new LatestPage(next.ToString(CultureInfo.InvariantCulture), hasMore);
        }, cancellationToken);

    public async ValueTask ReadLatestOfAsync(IReadOnlyList<long> influencerIds, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        await Locked(() =>
        {
            _latest.ReadOf(influencerIds, into);
            return true;
        }, cancellationToken);

    private ValueTask<T> Locked<T>(Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            lock (_context.Gate)
            {
                ObjectDisposedException.ThrowIf(_context.Database.IsClosed, this);
                return ValueTask.FromResult(call());
            }
        }
        catch (Exception e) when (DiskGuard.IsBroken(e))
        {
            throw disk.Unavailable(e);
        }
    }

    private ValueTask<T> Read<T>(Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // A read that finds no day to look into would not notice.
            ObjectDisposedException.ThrowIf(_context.Database.IsClosed, this);
            return ValueTask.FromResult(call());
        }
        catch (Exception e) when (DiskGuard.IsBroken(e))
        {
            throw disk.Unavailable(e);
        }
    }
}
