namespace InfluencerAnalytics.Leaderboard;

/// <summary>Figures over all influencers at one moment.</summary>
/// <param name="Tracked">Influencers that are tracked, the gone ones not counted.</param>
/// <param name="Gone">On the roster, but the provider does not know them.</param>
/// <param name="Reporting">Influencers on the roster with at least one data point: those that are ranked and averaged over.</param>
/// <param name="AverageFollowerCount">Over the latest point of each; null when none reports.</param>
/// <param name="AverageFollowingCount">As above.</param>
/// <param name="AsOf">The newest slot seen, in epoch milliseconds; 0 before the first.</param>
public readonly record struct LeaderboardSummary(
    int Tracked,
    int Gone,
    int Reporting,
    double? AverageFollowerCount,
    double? AverageFollowingCount,
    long AsOf)
{
    /// <summary>Those of the reporting ones whose followers look bought; null while nobody was ever judged.</summary>
    public int? Suspicious { get; init; }
}
