using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>One line of the leaderboard.</summary>
public readonly record struct RankedInfluencer(int Rank, LatestPoint Latest);
