using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Tables;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// Rank of each influencer and averages over all, in memory: exact, a microsecond to update or ask, about 80 bytes an influencer.
/// Safe for concurrent use; writers take turns. A reader sees the state between two changes, never within one.
/// </summary>
internal sealed partial class InfluencerLeaderboard
{
    // The lock is held for so many changes at a time, about 50 µs: a reader in between hardly waits, and the writer pays the lock once for many.
    private const int ChangesPerLock = 32;

    // Chunks of 16,384 rows are 750 KB: at most that much is unused.
    private const int ChunkBits = 14;

    private readonly TimeProvider _timeProvider;
    // Held by a writer for all of what it brings, so that it may read without the other lock.
    private readonly Lock _writing = new();
    private readonly Lock _lock = new();
    private readonly InfluencerRows<LatestRow> _table = new(ChunkBits);
    private readonly LeaderboardSums _sums = new();
    private Ranking _ranking = new();
    private long _asOf;
    private bool _isLoading;
    private volatile LeaderboardState _state;
    private volatile bool _hasFlags;

    /// <param name="timeProvider">Says how old it is.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public InfluencerLeaderboard(TimeProvider timeProvider, IMeterFactory? meters = null)
    {
        _timeProvider = timeProvider;
        _state = new LeaderboardState(false, timeProvider.GetTimestamp(), "The leaderboard is loading.");
        if (meters?.Create(ProgramMeter.Name) is not { } meter)
            return;
        meter.CreateObservableGauge($"{ProgramMeter.Name}.leaderboard.ranked", () => Observe(_sums.Ranked), "{influencer}", "Influencers that are ranked by this process.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.leaderboard.staleness", () => Observe(Age.TotalSeconds), "s", "How long ago the ranks were level with the store.");
    }

    /// <summary>Rows of a chunk.</summary>
    public static int ChunkRows => 1 << ChunkBits;

    public LeaderboardState State => _state;

    /// <summary>Whether all verdicts that the store had were read once; before it, who is suspicious is not known.</summary>
    public bool HasFlags => _hasFlags;

    /// <summary>How long ago the memory was level with the store.</summary>
    public TimeSpan Age => _timeProvider.GetElapsedTime(_state.Synced);

    /// <summary>
    /// Takes in what the store has at the start. Nobody is ranked until <see cref="CaughtUp"/>, which ranks all at once: sorting a million takes a tenth of
    /// the time of a million insertions.
    /// </summary>
    public void Load(ReadOnlySpan<LatestPoint> changes)
    {
        lock (_lock)
        {
            if (_sums.Ranked > 0 && !_isLoading)
                throw new InvalidOperationException("What is ranked already follows changes; it is not loaded again.");
            _isLoading = true;
        }
        Apply(changes);
    }

    public void Apply(ReadOnlySpan<LatestPoint> changes)
    {
        lock (_writing)
        {
            while (!changes.IsEmpty)
            {
                var length = Math.Min(ChangesPerLock, changes.Length);
                lock (_lock)
                {
                    foreach (ref readonly var change in changes[..length])
                        Apply(change);
                }
                changes = changes[length..];
            }
        }
    }

    /// <summary>Takes in verdicts, before or after the data points of whom they are on; of each influencer what the store said last stays.</summary>
    public void Flag(ReadOnlySpan<SuspicionFlag> flags)
    {
        lock (_writing)
        {
            while (!flags.IsEmpty)
            {
                var length = Math.Min(ChangesPerLock, flags.Length);
                lock (_lock)
                {
                    foreach (ref readonly var flag in flags[..length])
                        Apply(flag);
                }
                flags = flags[length..];
            }
        }
    }

    public void CaughtUp()
    {
        lock (_writing)
        {
            if (_isLoading)
                RankAll();
        }
        _state = new LeaderboardState(true, _timeProvider.GetTimestamp(), null);
    }

    /// <summary>All verdicts are in that the store had.</summary>
    public void FlagsCaughtUp() => _hasFlags = true;

    public void CannotFollow(string problem) => _state = _state with { Problem = problem };

    /// <summary>What is known of an influencer; null for one never heard of.</summary>
    public InfluencerStanding? Find(long id)
    {
        lock (_lock)
        {
            var place = _table.Find(id);
            if (place < 0)
                return null;
            ref readonly var entry = ref _table[place];
            if (!entry.IsHeardOf)
                return null;
            int? rank = entry.IsRanked && !_isLoading ? _ranking.Rank(entry.Followers, withoutSuspicious: false) : null;
            return new InfluencerStanding(entry.ToPoint(), rank, _sums.Ranked, _asOf) { Suspicious = entry.Suspicious, SuspicionCheckedAt = entry.CheckedAt };
        }
    }

    public LeaderboardSummary Summarize()
    {
        lock (_lock)
        {
            return _hasFlags ? _sums.Summarize(_asOf) : _sums.Summarize(_asOf) with { Suspicious = null };
        }
    }

    private void Apply(in LatestPoint change)
    {
        ref var entry = ref _table[_table.FindOrAdd(change.InfluencerId)];
        var before = entry;
        entry.Take(change);
        if (entry.Slot > _asOf)
            _asOf = entry.Slot;
        Changed(before, entry);
    }

    private void Apply(in SuspicionFlag flag)
    {
        ref var entry = ref _table[_table.FindOrAdd(flag.InfluencerId)];
        var before = entry;
        entry.Take(flag);
        Changed(before, entry);
    }

    private void Changed(in LatestRow before, in LatestRow after)
    {
        _sums.Count(before, -1);
        _sums.Count(after, 1);
        if (!_isLoading)
            _ranking.Change(before, after);
    }

    // No other writer is here, so the table can be read without the lock, and the readers go on.
    private void RankAll()
    {
        var ranking = new Ranking(TreeOf(_sums.Ranked, suspiciousOnly: false), TreeOf(_sums.Suspicious, suspiciousOnly: true));
        lock (_lock)
        {
            _ranking = ranking;
            _isLoading = false;
        }
    }

    private RankTree TreeOf(int length, bool suspiciousOnly)
    {
        var followers = new long[length];
        var ids = new long[length];
        var count = 0;
        for (var place = 0; place < _table.Count; place++)
        {
            ref readonly var entry = ref _table[place];
            if (suspiciousOnly ? !entry.IsRankedSuspicious : !entry.IsRanked)
                continue;
            followers[count] = entry.Followers;
            ids[count++] = entry.Id;
        }
        return RankTree.Of(followers, ids);
    }

    // Without the lock, which the writer may hold; before all is loaded, no figure is right.
    private IEnumerable<Measurement<T>> Observe<T>(T value) where T : struct => _state.IsLoaded ? [new Measurement<T>(value)] : [];
}
