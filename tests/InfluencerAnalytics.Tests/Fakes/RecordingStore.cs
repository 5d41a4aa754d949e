using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Ranks;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A store that keeps the roster, settings and whatever is appended in memory; enough for the commands that write to one.</summary>
internal sealed class RecordingStore : IInfluencerStore, IRosterService
{
    private readonly Dictionary<string, string> _settings = [];
    private int _writesLeft = int.MaxValue;

    public SortedSet<long> Roster { get; } = [];

    public List<DataPointBatch> Batches { get; } = [];

    public List<Rollup> Rollups { get; } = [];

    public SealedGeneration? Sealed { get; set; }

    /// <summary>Additions that went through the roster service, which sends shards first.</summary>
    public int TrackedByService { get; private set; }

    /// <summary>How often a new generation was asked for.</summary>
    public int Requests { get; private set; }

    /// <summary>Lets that many changes through and fails then, as a process that dies.</summary>
    public void DieAfter(int writes) => _writesLeft = writes;

    public void Revive() => _writesLeft = int.MaxValue;

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken)
    {
        Write();
        if (expectedSealedGeneration != (Sealed?.Generation ?? 0))
            return ValueTask.FromResult(new RosterAddResult(false, 0, 0));
        var added = ids.Count(Roster.Add);
        return ValueTask.FromResult(new RosterAddResult(true, added, ids.Count - added));
    }

    public ValueTask<RosterAddResult> TrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        TrackedByService += ids.Count;
        return AddInfluencersAsync(ids, Sealed?.Generation ?? 0, cancellationToken);
    }

    public ValueTask<int> UntrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => RemoveInfluencersAsync(ids, cancellationToken);

    public ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        Write();
        return ValueTask.FromResult(ids.Count(Roster.Remove));
    }

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult(_settings.GetValueOrDefault(name));

    public ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken)
    {
        Write();
        _settings[name] = value;
        return ValueTask.CompletedTask;
    }

    public ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken)
    {
        Write();
        return ValueTask.FromResult(_settings.TryGetValue(name, out var kept) ? kept : _settings[name] = value);
    }

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken)
    {
        Write();
        Requests++;
        return ValueTask.FromResult(Sealed?.Generation ?? 0);
    }

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new RosterCounts(Roster.Count, 0, 0));

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new GenerationState(Sealed?.Generation ?? 0, Sealed));

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        Batches.AddRange(batches);
        return ValueTask.FromResult(new AppendResult(batches.Sum(batch => batch.Points.Count), 0, 0));
    }

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken)
    {
        Rollups.AddRange(rollups);
        return ValueTask.FromResult(rollups.Count);
    }

    public ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<SlotSummary>>([]);

    public ValueTask<IReadOnlyList<SlotSum>> ReadSlotHoursAsync(long startMs, long endMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SlotsKeptSince> ReadSlotsKeptSinceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<DayRank>> ReadDayRanksAsync(long influencerId, long startMs, long endMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public async IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public async IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<long, string>> ReadUsernamesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RosterPage> SearchRosterAsync(RosterSearch search, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RosterMember?> FindMemberAsync(long influencerId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(RosterSnapshot known, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask WriteProcessAsync(ProcessReport report, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<ReportedProcess>> ReadProcessesAsync(TimeSpan within, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<LatestPage> ReadLatestChangesAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask ReadLatestOfAsync(IReadOnlyList<long> influencerIds, ICollection<LatestPoint> into, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<int> WriteVerdictsAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SuspicionVerdict?> FindVerdictAsync(long influencerId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<SuspicionVerdict>> ReadFlagHistoryAsync(long influencerId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlySet<long>> FindJudgedAsync(IReadOnlyList<long> influencerIds, long sinceMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<FlagPage> ReadFlagChangesAsync(string? cursor, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask AddFailedChecksAsync(long dayMs, int count, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<FailedChecks>> ReadFailedChecksAsync(long fromDayMs, long toDayMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<WatchProgress> ReadWatchProgressAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<KeptWatch>> ReadWatchesAsync(IReadOnlyList<long> influencerIds, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> WriteWatchesAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<int> DropWatchesAsync(long untilBeforeMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Write()
    {
        if (_writesLeft-- <= 0)
            throw new StoreUnavailableException("The process died here.");
    }
}
