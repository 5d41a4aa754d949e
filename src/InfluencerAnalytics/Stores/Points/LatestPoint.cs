using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Points;

/// <summary>The latest data point of one influencer. <see cref="Slot"/> is 0 when there is none yet.</summary>
public readonly record struct LatestPoint(
    long InfluencerId,
    long FollowerCount,
    long FollowingCount,
    long Slot,
    long RetrievedAt,
    InfluencerStatus Status);

/// <param name="Cursor">Where to go on: the store's own words, of no meaning to others.</param>
/// <param name="HasMore">True when the limit cut the page.</param>
public readonly record struct LatestPage(string Cursor, bool HasMore);
