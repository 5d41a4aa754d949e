namespace InfluencerAnalytics.Stores.Points;

/// <summary>What an append did with the points that it was given; the counts add up to their number.</summary>
/// <param name="Inserted">Rows really written.</param>
/// <param name="Duplicates">Points whose (influencer, slot) was stored already.</param>
/// <param name="Expired">Points older than the retention, dropped.</param>
/// <param name="Refused">Points of influencers that never were on the roster, beyond the most that the store keeps of them.</param>
public readonly record struct AppendResult(int Inserted, int Duplicates, int Expired, int Refused = 0);
