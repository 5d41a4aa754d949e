using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Appends;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Postgres.Points;
using InfluencerAnalytics.Postgres.Processes;
using InfluencerAnalytics.Postgres.Ranks;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Roster;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Postgres.Suspicion;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Ranks;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Postgres.Stores;

/// <summary>Every port of the store over one PostgreSQL database: only hands on. Any number of processes use one database at once. Safe for concurrent use.</summary>
internal sealed class PostgresStore : IInfluencerStore
{
    private readonly PostgresAppends _appends;
    private readonly PointReader _points;
    private readonly KeptReader _kept;
    private readonly RollupReader _rollups;
    private readonly RollupImport _import;
    private readonly LatestReader _latest;
    private readonly RosterWriter _rosterWriter;
    private readonly RosterReader _roster;
    private readonly RosterSearcher _rosterSearcher;
    private readonly RosterSnapshots _snapshots;
    private readonly Seeding.Generations _generations;
    private readonly Leases _leases;
    private readonly Settings _settings;
    private readonly ProcessReports _processes;
    private readonly SlotStore _slots;
    private readonly SlotHourReader _slotHours;
    private readonly RankReader _ranks;
    private readonly VerdictWriter _verdictWriter;
    private readonly VerdictReader _verdicts;
    private readonly FlagReader _flags;
    private readonly WatchTable _watches;
    private readonly StatusReader _status;

    public PostgresStore(PostgresDatabase database, TimeProvider timeProvider)
    {
        Partitions = new Partitions(database);
        var foreign = new ForeignNotice(database.Options);
        var usernames = new UsernameWriter(database, timeProvider);
        _appends = new PostgresAppends(database, Partitions, foreign, usernames, new Ages(timeProvider));
        _points = new PointReader(database);
        _kept = new KeptReader(database);
        _rollups = new RollupReader(database);
        _import = new RollupImport(database, Partitions);
        _latest = new LatestReader(database);
        _rosterWriter = new RosterWriter(database);
        _roster = new RosterReader(database);
        _rosterSearcher = new RosterSearcher(database);
        _snapshots = new RosterSnapshots(database);
        _generations = new Seeding.Generations(database);
        _leases = new Leases(database);
        _settings = new Settings(database);
        _processes = new ProcessReports(database);
        _slots = new SlotStore(database);
        _slotHours = new SlotHourReader(database);
        _ranks = new RankReader(database);
        _verdictWriter = new VerdictWriter(database);
        _verdicts = new VerdictReader(database);
        _flags = new FlagReader(database);
        _watches = new WatchTable(database);
        _status = new StatusReader(database, foreign, usernames, _watches, timeProvider);
    }

    /// <summary>Which partitions are known to be there.</summary>
    public Partitions Partitions { get; }

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => _status.ReadAsync(cancellationToken);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken) => _appends.AppendAsync(batches, cancellationToken);

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        _points.ReadAsync(influencerId, startMs, endMs, limit, cancellationToken);

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        _points.ReadAtOrBeforeAsync(influencerId, atMs, notBeforeMs, cancellationToken);

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        _rollups.ReadAsync(influencerId, period, startMs, endMs, cancellationToken);

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => _kept.ReadAsync(cancellationToken);

    public async IAsyncEnumerable<DataPoint> ReadAllPointsAsync(
        long startMs, long endMs, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = (await _kept.ReadAsync(cancellationToken)).Points;
        await foreach (var point in _points.ReadAllAsync(startMs, endMs, from, cancellationToken))
            yield return point;
    }

    public async IAsyncEnumerable<Rollup> ReadAllRollupsAsync(
        RollupPeriod period, long startMs, long endMs, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var kept = await _kept.ReadAsync(cancellationToken);
        await foreach (var rollup in _rollups.ReadAllAsync(period, startMs, endMs, period == RollupPeriod.Hour ? kept.Hours : kept.Days, cancellationToken))
            yield return rollup;
    }

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken) =>
        _import.ImportAsync(rollups, cancellationToken);

    public ValueTask<LatestPage> ReadLatestChangesAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        _latest.ReadAsync(cursor, limit, into, cancellationToken);

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken) =>
        _rosterWriter.AddAsync(ids, expectedSealedGeneration, cancellationToken);

    public ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => _rosterWriter.RemoveAsync(ids, cancellationToken);

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        _roster.ReadAsync(afterId, limit, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) =>
        _roster.ReadAddedSinceAsync(rosterVersion, cancellationToken);

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) => _roster.FindAsync(influencerId, cancellationToken);

    public ValueTask<IReadOnlyDictionary<long, string>> ReadUsernamesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        _roster.ReadUsernamesAsync(ids, cancellationToken);

    public ValueTask<RosterPage> SearchRosterAsync(RosterSearch search, CancellationToken cancellationToken) => _rosterSearcher.SearchAsync(search, cancellationToken);

    public ValueTask<RosterMember?> FindMemberAsync(long influencerId, CancellationToken cancellationToken) => _rosterSearcher.FindAsync(influencerId, cancellationToken);

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(RosterSnapshot known, CancellationToken cancellationToken) => _snapshots.ReadAsync(known, cancellationToken);

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) => _roster.CountAsync(cancellationToken);

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) => _generations.ReadStateAsync(cancellationToken);

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => _generations.AllocateAsync(cancellationToken);

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) =>
        _generations.TrySealAsync(generation, rosterVersion, cancellationToken);

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken) => _generations.RequestAsync(cancellationToken);

    public ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        _leases.TryAcquireAsync(name, owner, duration, cancellationToken);

    public async ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken) => await _leases.ReleaseAsync(name, owner, cancellationToken);

    public async ValueTask WriteProcessAsync(ProcessReport report, CancellationToken cancellationToken) => await _processes.WriteAsync(report, cancellationToken);

    public ValueTask<IReadOnlyList<ReportedProcess>> ReadProcessesAsync(TimeSpan within, CancellationToken cancellationToken) => _processes.ReadAsync(within, cancellationToken);

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken) => _settings.ReadAsync(name, cancellationToken);

    public async ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken) => await _settings.WriteAsync(name, value, cancellationToken);

    public ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken) => _settings.ReadOrWriteAsync(name, value, cancellationToken);

    public async ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) => await _slots.NoteAsync(slot, interval, cancellationToken);

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) => _slots.ReadAsync(startMs, endMs, cancellationToken);

    public ValueTask<IReadOnlyList<SlotSum>> ReadSlotHoursAsync(long startMs, long endMs, CancellationToken cancellationToken) => _slotHours.ReadAsync(startMs, endMs, cancellationToken);

    public ValueTask<SlotsKeptSince> ReadSlotsKeptSinceAsync(CancellationToken cancellationToken) => _slotHours.ReadKeptSinceAsync(cancellationToken);

    public ValueTask<IReadOnlyList<DayRank>> ReadDayRanksAsync(long influencerId, long startMs, long endMs, CancellationToken cancellationToken) =>
        _ranks.ReadAsync(influencerId, startMs, endMs, cancellationToken);

    public async ValueTask ReadLatestOfAsync(IReadOnlyList<long> influencerIds, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        await _latest.ReadOfAsync(influencerIds, into, cancellationToken);

    public ValueTask<int> WriteVerdictsAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken) => _verdictWriter.WriteAsync(verdicts, cancellationToken);

    public ValueTask<SuspicionVerdict?> FindVerdictAsync(long influencerId, CancellationToken cancellationToken) => _verdicts.FindAsync(influencerId, cancellationToken);

    public ValueTask<IReadOnlyList<SuspicionVerdict>> ReadFlagHistoryAsync(long influencerId, int limit, CancellationToken cancellationToken) =>
        _verdicts.ReadHistoryAsync(influencerId, limit, cancellationToken);

    public ValueTask<IReadOnlySet<long>> FindJudgedAsync(IReadOnlyList<long> influencerIds, long sinceMs, CancellationToken cancellationToken) =>
        _verdicts.FindJudgedAsync(influencerIds, sinceMs, cancellationToken);

    public ValueTask<FlagPage> ReadFlagChangesAsync(string? cursor, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken) =>
        _flags.ReadAsync(cursor, limit, into, cancellationToken);

    public async ValueTask AddFailedChecksAsync(long dayMs, int count, CancellationToken cancellationToken) =>
        await _verdictWriter.AddFailedAsync(dayMs, count, cancellationToken);

    public ValueTask<IReadOnlyList<FailedChecks>> ReadFailedChecksAsync(long fromDayMs, long toDayMs, CancellationToken cancellationToken) =>
        _verdicts.ReadFailedAsync(fromDayMs, toDayMs, cancellationToken);

    public ValueTask<WatchProgress> ReadWatchProgressAsync(CancellationToken cancellationToken) => _watches.ReadProgressAsync(cancellationToken);

    public ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken) => _watches.ReadRolledUpUntilAsync(cancellationToken);

    public ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken) =>
        _rollups.ReadHoursAsync(afterId, influencers, startMs, endMs, cancellationToken);

    public ValueTask<IReadOnlyList<KeptWatch>> ReadWatchesAsync(IReadOnlyList<long> influencerIds, CancellationToken cancellationToken) => _watches.ReadAsync(influencerIds, cancellationToken);

    public ValueTask<bool> WriteWatchesAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken) =>
        _watches.WriteAsync(watches, from, to, cancellationToken);

    public ValueTask<int> DropWatchesAsync(long untilBeforeMs, CancellationToken cancellationToken) => _watches.DropAsync(untilBeforeMs, cancellationToken);
}
