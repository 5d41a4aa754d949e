namespace InfluencerAnalytics.Influencers;

/// <summary>An influencer of whom no data point could be had for a slot, and why.</summary>
public readonly record struct Miss(long InfluencerId, MissReason Reason);
