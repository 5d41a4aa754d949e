using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>Is told what the leaderboard takes in once it is loaded, by the one that follows the store: quick, and throws nothing, since ranks wait for it.</summary>
public interface ILatestListener
{
    /// <summary>The leaderboard has these. One may come again, or with its place in the roster changed and no new reading.</summary>
    void Changed(ReadOnlySpan<LatestPoint> changes);

    /// <summary>The leaderboard is level with the store.</summary>
    void CaughtUp();
}
