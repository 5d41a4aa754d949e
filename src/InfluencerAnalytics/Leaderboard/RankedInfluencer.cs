using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>One line of the leaderboard.</summary>
public readonly record struct RankedInfluencer(int Rank, LatestPoint Latest);
