using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>One line of the leaderboard.</summary>
/// <param name="Rank">1 + the number of those listed with more followers.</param>
/// <param name="Latest">Its latest data point.</param>
/// <param name="Suspicious">Whether its followers look bought; null while it was never judged.</param>
/// <param name="Place">Of its row in the leaderboard's memory, which never changes.</param>
public readonly record struct RankedInfluencer(int Rank, LatestPoint Latest, bool? Suspicious, int Place);
