using System.Collections.Frozen;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// What this fetcher knows of the roster, refreshed from the store. While the store is away the last snapshot goes on being used:
/// a fetcher never needs the store in order to fetch. Safe for concurrent use.
/// </summary>
internal sealed class RosterView(
    IInfluencerStore store,
    FetchingOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<RosterView> logger) : Worker("roster view", health, timeProvider, logger)
{
    private volatile RosterSnapshot? _snapshot;
    private volatile Superseding _superseding = new(0, FrozenSet<long>.Empty);
    private volatile bool _isFresh;

    /// <summary>The last snapshot read; null before the first.</summary>
    public RosterSnapshot? Snapshot => _snapshot;

    /// <summary>The interval of the sealed generation, a minute before one is known.</summary>
    public TimeSpan Interval => _snapshot is { SealedGeneration: > 0 } snapshot ? snapshot.Interval : TimeSpan.FromMinutes(1);

    protected override TimeSpan IdlePause => options.RosterRefresh;

    /// <summary>
    /// Whether a shard may be deleted as superseded. Never while the store cannot be read, and not before its work on the slot is done that was open
    /// when the new generation was sealed: the new shards begin with the slot after.
    /// </summary>
    public bool IsSuperseded(long generation, long slot) => _isFresh && IsOld(generation) && slot >= _superseding.SeenAt;

    /// <summary>Whether an influencer is to be asked for in a slot: not removed, and not gone with its next try still ahead.</summary>
    /// <param name="generation">Of the shard that it is in; null for a retry.</param>
    public bool IsDue(long influencerId, long slot, long? generation)
    {
        if (_snapshot is not { } snapshot)
            return true;
        if (snapshot.Removed.Count > 0 && snapshot.Removed.Contains(influencerId))
            return false;
        // The snapshot forgets removals from before the sealed generation, but a shard from before it does not.
        if (generation is { } old && IsOld(old) && _superseding.RemovedBefore.Contains(influencerId))
            return false;
        return snapshot.GoneUntil.Count == 0 || !snapshot.GoneUntil.TryGetValue(influencerId, out var nextTry) || slot >= nextTry;
    }

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        try
        {
            if (await store.ReadRosterSnapshotAsync(_snapshot?.Version ?? -1, stopping) is { } snapshot)
                Take(snapshot);
            _isFresh = true;
            return WorkResult.Idle;
        }
        catch
        {
            _isFresh = false;
            throw;
        }
    }

    private bool IsOld(long generation) => _snapshot is { } snapshot && generation < snapshot.SealedGeneration;

    private void Take(RosterSnapshot snapshot)
    {
        // The first generation of all is fetched at once, and of one sealed before this process began nothing says when: no slot is waited for.
        if (_snapshot is { SealedGeneration: > 0 } before && before.SealedGeneration != snapshot.SealedGeneration)
            _superseding = new Superseding(NowMs, before.Removed);
        _snapshot = snapshot;
    }

    /// <param name="SeenAt">When the sealed generation was seen first, in epoch milliseconds.</param>
    /// <param name="RemovedBefore">The removals known under the generation before.</param>
    private sealed record Superseding(long SeenAt, FrozenSet<long> RemovedBefore);
}
