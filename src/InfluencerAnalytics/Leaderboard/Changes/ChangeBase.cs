namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>What changes over a window are told from: the follower counts at its beginning. Immutable.</summary>
/// <param name="Since">The moment of it, in epoch milliseconds: every count in it was read before, and none long before.</param>
/// <param name="NearMs">How long before the end of the window an influencer may have been read last, in milliseconds, for its change to be told.</param>
/// <param name="Followers">By the place of the leaderboard's rows.</param>
internal sealed record ChangeBase(long Since, long NearMs, FollowerColumn Followers)
{
    /// <summary>The change of an influencer up to its latest reading; null where one of the two readings is missing or too old.</summary>
    /// <param name="place">Of its row.</param>
    /// <param name="followers">Of its latest reading.</param>
    /// <param name="slot">Of its latest reading, in epoch milliseconds.</param>
    /// <param name="asOf">The end of the window, in epoch milliseconds.</param>
    public long? ChangeOf(int place, long followers, long slot, long asOf) =>
        ChangeWindows.ReachesEnd(slot, asOf, NearMs) && Followers.TryGet(place, out var then) ? followers - then : null;
}
