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
    private volatile bool _isFresh;

    /// <summary>The last snapshot read; null before the first.</summary>
    public RosterSnapshot? Snapshot => _snapshot;

    /// <summary>The interval of the sealed generation, a minute before one is known.</summary>
    public TimeSpan Interval => _snapshot is { SealedGeneration: > 0 } snapshot ? snapshot.Interval : TimeSpan.FromMinutes(1);

    protected override TimeSpan IdlePause => options.RosterRefresh;

    /// <summary>Whether a shard may be deleted as superseded. Never while the store cannot be read.</summary>
    public bool IsSuperseded(long generation) => _isFresh && _snapshot is { } snapshot && generation < snapshot.SealedGeneration;

    /// <summary>Whether an influencer is to be asked for in a slot: not removed, and not gone with its next try still ahead.</summary>
    public bool IsDue(long influencerId, long slot)
    {
        if (_snapshot is not { } snapshot)
            return true;
        if (snapshot.Removed.Count > 0 && snapshot.Removed.Contains(influencerId))
            return false;
        return snapshot.GoneUntil.Count == 0 || !snapshot.GoneUntil.TryGetValue(influencerId, out var nextTry) || slot >= nextTry;
    }

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        try
        {
            if (await store.ReadRosterSnapshotAsync(_snapshot?.Version ?? -1, stopping) is { } snapshot)
                _snapshot = snapshot;
            _isFresh = true;
            return WorkResult.Idle;
        }
        catch
        {
            _isFresh = false;
            throw;
        }
    }
}
