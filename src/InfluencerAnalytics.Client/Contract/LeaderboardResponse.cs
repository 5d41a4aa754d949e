namespace InfluencerAnalytics.Client.Contract;

/// <summary>A part of the leaderboard.</summary>
/// <param name="AsOf">The newest slot that the ranks include, ISO 8601; null before the first.</param>
/// <param name="Total">How many are listed on all pages.</param>
/// <param name="Offset">How many are listed before the first item.</param>
/// <param name="Items">Most followers first, equal counts by id.</param>
/// <param name="AgeSeconds">How many seconds ago the ranks were level with the store.</param>
/// <param name="Problem">While the store is away: why usernames are missing. Else null.</param>
public sealed record LeaderboardResponse(string? AsOf, int Total, int Offset, IReadOnlyList<LeaderboardItem> Items, double AgeSeconds, string? Problem);

/// <param name="Rank">1 + the number of those listed with more followers.</param>
/// <param name="Username">As last read; null while the store is away.</param>
/// <param name="FollowerCount">Of the latest reading.</param>
/// <param name="Change24h">Followers gained over the 24 to 25 hours up to the latest reading; null when there is no reading from then, or none near <see cref="LeaderboardResponse.AsOf"/>.</param>
/// <param name="Suspicious">Whether its followers look bought, by the provider's last verdict; null while it was never judged.</param>
public sealed record LeaderboardItem(int Rank, long Id, string? Username, long FollowerCount, long? Change24h, bool? Suspicious);
