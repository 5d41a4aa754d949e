using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>What the leaderboard knows of one influencer at one moment.</summary>
/// <param name="Latest">Its latest data point; slot 0 when there is none yet.</param>
/// <param name="Rank">1 + the number of influencers with more followers; null when it is not ranked (no point yet, or removed).</param>
/// <param name="RankOf">How many influencers are ranked.</param>
/// <param name="AsOf">The newest slot that the leaderboard has seen of anyone, in epoch milliseconds; 0 before the first.</param>
public readonly record struct InfluencerStanding(LatestPoint Latest, int? Rank, int RankOf, long AsOf)
{
    /// <summary>Whether the provider's newest verdict is that its followers look bought; null when it was never judged.</summary>
    public bool? Suspicious { get; init; }

    /// <summary>When that was judged, in epoch milliseconds; null when it never was.</summary>
    public long? SuspicionCheckedAt { get; init; }
}
