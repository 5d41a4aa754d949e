namespace InfluencerAnalytics.Leaderboard;

/// <summary>A part of the leaderboard, all of it of one moment.</summary>
/// <param name="Total">How many are listed on all pages.</param>
/// <param name="Offset">How many are listed before the first line.</param>
/// <param name="AsOf">The newest slot that the leaderboard has seen of anyone, in epoch milliseconds; 0 before the first.</param>
/// <param name="Lines">In ranking order: most followers first, equal counts by id.</param>
public sealed record LeaderboardPage(int Total, int Offset, long AsOf, IReadOnlyList<RankedInfluencer> Lines);
