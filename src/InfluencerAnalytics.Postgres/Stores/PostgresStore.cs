using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Appends;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Postgres.Points;
using InfluencerAnalytics.Postgres.Processes;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Roster;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Postgres.Stores;

/// <summary>Every port of the store over one PostgreSQL database: only hands on. Any number of processes use one database at once. Safe for concurrent use.</summary>
internal sealed class PostgresStore(PostgresDatabase database, TimeProvider timeProvider) : IInfluencerStore
{
    private readonly ForeignNotice _foreign = new(database.Options);
    private readonly PointReader _points = new(database);
    private readonly KeptReader _kept = new(database);
    private readonly RollupReader _rollups = new(database);
    private readonly LatestReader _latest = new(database);
    private readonly RosterWriter _rosterWriter = new(database);
    private readonly RosterReader _roster = new(database);
    private readonly RosterSnapshots _snapshots = new(database);
    private readonly Seeding.Generations _generations = new(database);
    private readonly Leases _leases = new(database);
    private readonly Settings _settings = new(database);
    private readonly ProcessReports _processes = new(database);
    private readonly SlotStore _slots = new(database);
    private PostgresAppends? _appends;
    private RollupImport? _import;
    private StatusReader? _status;

    /// <summary>Which partitions are known to be there.</summary>
    public Partitions Partitions { get; } = new(database);

    private PostgresAppends Appends => _appends ??= new PostgresAppends(database, Partitions, _foreign);

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        (_status ??= new StatusReader(database, _foreign, timeProvider)).ReadAsync(cancellationToken);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken) => Appends.AppendAsync(batches, cancellationToken);

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
        (_import ??= new RollupImport(database, Partitions)).ImportAsync(rollups, cancellationToken);

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
}
