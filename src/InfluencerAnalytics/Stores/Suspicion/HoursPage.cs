using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>The hours of some influencers.</summary>
/// <param name="Hours">By influencer and hour.</param>
/// <param name="LastId">The last influencer that was looked at; null when there was none left.</param>
public readonly record struct HoursPage(IReadOnlyList<Rollup> Hours, long? LastId);
