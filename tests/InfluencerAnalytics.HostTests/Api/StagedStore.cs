using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Ranks;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>A store as it is, but for what a test stages: that it is away, that an answer waits, what it says of itself. Counts what is read.</summary>
internal sealed class StagedStore(IInfluencerStore store) : IInfluencerStore
{
    // Enough that the answer to a request for all has begun.
    private const int StreamedBeforeHeld = 1000;

    /// <summary>While set, every method but the status throws it.</summary>
    public string? Away { get; set; }

    /// <summary>While set, streams over all points wait for it in their middle.</summary>
    public Task? StreamsHeld { get; set; }

    /// <summary>What reading the latest waits for.</summary>
    public Task LatestHeld { get; set; } = Task.CompletedTask;

    /// <summary>What becomes of what the store says of itself.</summary>
    public Func<StoreStatus, StoreStatus> Status { get; set; } = static status => status;

    /// <summary>Pages of points that were read; shows how much a request read.</summary>
    public int PointReads { get; private set; }

    /// <summary>While set, every method but the status throws it.</summary>
    public string? Refuses { get; set; }

    private IInfluencerStore Store => Away is { } reason ? throw new StoreUnavailableException(reason) : Refuses is { } refusal ? throw new StoreRefusedException(refusal) : store;

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken)
    {
        PointReads++;
        return Store.ReadPointsAsync(influencerId, startMs, endMs, limit, cancellationToken);
    }

    public async IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var point in Store.ReadAllPointsAsync(startMs, endMs, cancellationToken))
        {
            if (++count > StreamedBeforeHeld && StreamsHeld is { } held)
                await held.WaitAsync(cancellationToken);
            yield return point;
        }
    }

    public async ValueTask<LatestPage> ReadLatestChangesAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken)
    {
        await LatestHeld.WaitAsync(cancellationToken);
        return await Store.ReadLatestChangesAsync(cursor, limit, into, cancellationToken);
    }

    public async ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var status = Status(await store.GetStatusAsync(cancellationToken));
        return Away is null ? status : status with { Ready = false, Detail = Away };
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken) =>
        Store.AppendAsync(batches, cancellationToken);

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        Store.ReadRollupsAsync(influencerId, period, startMs, endMs, cancellationToken);

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        Store.ReadPointAtOrBeforeAsync(influencerId, atMs, notBeforeMs, cancellationToken);

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => Store.ReadKeptSinceAsync(cancellationToken);

    public IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        Store.ReadAllRollupsAsync(period, startMs, endMs, cancellationToken);

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken) =>
        Store.ImportRollupsAsync(rollups, cancellationToken);

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken) =>
        Store.AddInfluencersAsync(ids, expectedSealedGeneration, cancellationToken);

    public ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => Store.RemoveInfluencersAsync(ids, cancellationToken);

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        Store.ReadRosterAsync(afterId, limit, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) =>
        Store.ReadAddedSinceAsync(rosterVersion, cancellationToken);

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) => Store.FindInfluencerAsync(influencerId, cancellationToken);

    public ValueTask<IReadOnlyDictionary<long, string>> ReadUsernamesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        Store.ReadUsernamesAsync(ids, cancellationToken);

    public ValueTask<RosterPage> SearchRosterAsync(RosterSearch search, CancellationToken cancellationToken) => Store.SearchRosterAsync(search, cancellationToken);

    public ValueTask<RosterMember?> FindMemberAsync(long influencerId, CancellationToken cancellationToken) => Store.FindMemberAsync(influencerId, cancellationToken);

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(RosterSnapshot known, CancellationToken cancellationToken) =>
        Store.ReadRosterSnapshotAsync(known, cancellationToken);

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) => Store.CountRosterAsync(cancellationToken);

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) => Store.ReadGenerationsAsync(cancellationToken);

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => Store.AllocateGenerationAsync(cancellationToken);

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) =>
        Store.TrySealGenerationAsync(generation, rosterVersion, cancellationToken);

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken) => Store.RequestGenerationAsync(cancellationToken);

    public ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Store.TryAcquireLeaseAsync(name, owner, duration, cancellationToken);

    public ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken) => Store.ReleaseLeaseAsync(name, owner, cancellationToken);

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken) => Store.ReadSettingAsync(name, cancellationToken);

    public ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken) => Store.WriteSettingAsync(name, value, cancellationToken);

    public ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        Store.ReadOrWriteSettingAsync(name, value, cancellationToken);

    public ValueTask WriteProcessAsync(ProcessReport report, CancellationToken cancellationToken) => Store.WriteProcessAsync(report, cancellationToken);

    public ValueTask<IReadOnlyList<ReportedProcess>> ReadProcessesAsync(TimeSpan within, CancellationToken cancellationToken) => Store.ReadProcessesAsync(within, cancellationToken);

    public ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) => Store.NoteSlotAsync(slot, interval, cancellationToken);

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        Store.ReadSlotsAsync(startMs, endMs, cancellationToken);

    public ValueTask<IReadOnlyList<SlotSum>> ReadSlotHoursAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        Store.ReadSlotHoursAsync(startMs, endMs, cancellationToken);

    public ValueTask<SlotsKeptSince> ReadSlotsKeptSinceAsync(CancellationToken cancellationToken) => Store.ReadSlotsKeptSinceAsync(cancellationToken);

    public ValueTask<IReadOnlyList<DayRank>> ReadDayRanksAsync(long influencerId, long startMs, long endMs, CancellationToken cancellationToken) =>
        Store.ReadDayRanksAsync(influencerId, startMs, endMs, cancellationToken);

    public ValueTask ReadLatestOfAsync(IReadOnlyList<long> influencerIds, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        Store.ReadLatestOfAsync(influencerIds, into, cancellationToken);

    public ValueTask<int> WriteVerdictsAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken) => Store.WriteVerdictsAsync(verdicts, cancellationToken);

    public ValueTask<SuspicionVerdict?> FindVerdictAsync(long influencerId, CancellationToken cancellationToken) => Store.FindVerdictAsync(influencerId, cancellationToken);

    public ValueTask<IReadOnlyList<SuspicionVerdict>> ReadFlagHistoryAsync(long influencerId, int limit, CancellationToken cancellationToken) => Store.ReadFlagHistoryAsync(influencerId, limit, cancellationToken);

    public ValueTask<IReadOnlySet<long>> FindJudgedAsync(IReadOnlyList<long> influencerIds, long sinceMs, CancellationToken cancellationToken) => Store.FindJudgedAsync(influencerIds, sinceMs, cancellationToken);

    public ValueTask<FlagPage> ReadFlagChangesAsync(string? cursor, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken) => Store.ReadFlagChangesAsync(cursor, limit, into, cancellationToken);

    public ValueTask AddFailedChecksAsync(long dayMs, int count, CancellationToken cancellationToken) => Store.AddFailedChecksAsync(dayMs, count, cancellationToken);

    public ValueTask<IReadOnlyList<FailedChecks>> ReadFailedChecksAsync(long fromDayMs, long toDayMs, CancellationToken cancellationToken) => Store.ReadFailedChecksAsync(fromDayMs, toDayMs, cancellationToken);

    public ValueTask<WatchProgress> ReadWatchProgressAsync(CancellationToken cancellationToken) => Store.ReadWatchProgressAsync(cancellationToken);

    public ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken) => Store.ReadRolledUpUntilAsync(cancellationToken);

    public ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken) => Store.ReadHoursAsync(afterId, influencers, startMs, endMs, cancellationToken);

    public ValueTask<IReadOnlyList<KeptWatch>> ReadWatchesAsync(IReadOnlyList<long> influencerIds, CancellationToken cancellationToken) => Store.ReadWatchesAsync(influencerIds, cancellationToken);

    public ValueTask<bool> WriteWatchesAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken) => Store.WriteWatchesAsync(watches, from, to, cancellationToken);

    public ValueTask<int> DropWatchesAsync(long untilBeforeMs, CancellationToken cancellationToken) => Store.DropWatchesAsync(untilBeforeMs, cancellationToken);
}
