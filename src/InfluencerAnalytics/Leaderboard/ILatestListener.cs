using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// Is told what the leaderboard takes in once it is loaded, by the one that follows the store: quick, since ranks wait for it. What it throws is a failure to follow, and the same comes again.
/// </summary>
public interface ILatestListener
{
    /// <summary>The leaderboard has these. One may come again, or with its place in the roster changed and no new reading.</summary>
    ValueTask ChangedAsync(IReadOnlyList<LatestPoint> changes, CancellationToken cancellationToken);

    /// <summary>The leaderboard is level with the store.</summary>
    void CaughtUp();
}
