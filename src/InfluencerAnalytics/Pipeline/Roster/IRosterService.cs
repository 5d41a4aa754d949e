using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>Changes the roster so that every tracked influencer is in a live shard at all times. Safe for concurrent use.</summary>
public interface IRosterService
{
    /// <summary>
    /// Tracks influencers, any number of them. Shards are sent first and the roster is written then, so that a crash between leaves an extra shard
    /// (the next sealing drops it), never an influencer without one. Idempotent.
    /// </summary>
    ValueTask<RosterAddResult> TrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>Stops tracking. Returns how many were tracked.</summary>
    ValueTask<int> UntrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);
}
