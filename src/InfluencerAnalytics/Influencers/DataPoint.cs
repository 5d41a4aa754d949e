namespace InfluencerAnalytics.Influencers;

/// <summary>One reading of one influencer. (<see cref="InfluencerId"/>, <see cref="Slot"/>) is its key.</summary>
/// <param name="InfluencerId">The provider's <c>pk</c>: 1 to 2^53-1.</param>
/// <param name="FollowerCount">Accounts that follow the influencer; never negative.</param>
/// <param name="FollowingCount">Accounts that the influencer follows; never negative.</param>
/// <param name="Slot">Start of the interval that the reading is for, in epoch milliseconds.</param>
/// <param name="RetrievedAt">When the provider answered, in epoch milliseconds.</param>
/// <param name="Username">At most 256 characters, none of them a control character.</param>
public readonly record struct DataPoint(
    long InfluencerId,
    long FollowerCount,
    long FollowingCount,
    long Slot,
    long RetrievedAt,
    string Username)
{
    /// <summary>Followers divided by following as a real number; null when following is 0.</summary>
    public double? FollowerRatio => Ratio(FollowerCount, FollowingCount);

    /// <summary>Followers divided by following as a real number; null when following is 0.</summary>
    public static double? Ratio(long followerCount, long followingCount) =>
        followingCount == 0 ? null : (double)followerCount / followingCount;
}
