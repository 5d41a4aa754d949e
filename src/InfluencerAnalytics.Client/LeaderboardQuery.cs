namespace InfluencerAnalytics.Client;

/// <summary>Which part of the leaderboard is asked for.</summary>
/// <param name="Limit">From 1 to 1,000; null for 100.</param>
/// <param name="Offset">How many to pass over, up to 100,000,000; null for none. Not together with <paramref name="Around"/>.</param>
/// <param name="Around">An influencer that stands in the middle of the page; null for none.</param>
/// <param name="ExcludeSuspicious">Leaves out the suspicious ones: ranks and total are among the others only.</param>
public sealed record LeaderboardQuery(int? Limit = null, int? Offset = null, long? Around = null, bool ExcludeSuspicious = false);
