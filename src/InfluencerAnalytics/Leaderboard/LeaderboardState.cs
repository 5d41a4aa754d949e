namespace InfluencerAnalytics.Leaderboard;

/// <summary>How well the leaderboard follows the store. Immutable.</summary>
/// <param name="IsLoaded">Whether everything that the store had was read once; before it no rank is right.</param>
/// <param name="Synced">Timestamp (<see cref="TimeProvider.GetTimestamp"/>) of the last time that it had caught up.</param>
/// <param name="Problem">Why it cannot follow, a sentence; null when it can.</param>
public sealed record LeaderboardState(bool IsLoaded, long Synced, string? Problem);
