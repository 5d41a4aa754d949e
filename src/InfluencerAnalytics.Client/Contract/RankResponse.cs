namespace InfluencerAnalytics.Client.Contract;

/// <summary>Where an influencer stands. Rank and count are null when it is not ranked: no reading yet, or no longer tracked.</summary>
/// <param name="Rank">1 + the number of influencers with more followers.</param>
/// <param name="RankOf">How many are ranked.</param>
/// <param name="AsOf">The newest slot that the ranks include, ISO 8601; null before the first.</param>
/// <param name="AgeSeconds">How many seconds ago the ranks were level with the store.</param>
public sealed record RankResponse(long Id, int? Rank, int RankOf, long? FollowerCount, string? AsOf, double AgeSeconds);
