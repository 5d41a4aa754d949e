namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>An influencer whose follower count changed over a window.</summary>
/// <param name="InfluencerId">Who.</param>
/// <param name="Followers">At the end of the window.</param>
/// <param name="Before">At its beginning.</param>
/// <param name="Suspicious">Whether its followers look bought; null while it was never judged.</param>
internal readonly record struct Mover(long InfluencerId, long Followers, long Before, bool? Suspicious)
{
    public long Change => Followers - Before;

    /// <summary>The change as a share of the count before; null when that was 0.</summary>
    public double? RelativeChange => Before == 0 ? null : (double)Change / Before;
}
