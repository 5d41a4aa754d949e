namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>The provider's newest verdict on an influencer.</summary>
/// <param name="InfluencerId">On whom.</param>
/// <param name="IsSuspicious">Whether its followers look bought.</param>
/// <param name="CheckedAt">When it was judged, in epoch milliseconds.</param>
public readonly record struct SuspicionFlag(long InfluencerId, bool IsSuspicious, long CheckedAt);
