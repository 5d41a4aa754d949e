namespace InfluencerAnalytics.Client.Contract;

/// <summary>One influencer now. Null where something is not known.</summary>
/// <param name="Id">From 1 to 2^53-1.</param>
/// <param name="FollowerCount">Of the latest reading, from 0.</param>
/// <param name="FollowingCount">Of the latest reading, from 0.</param>
/// <param name="FollowerRatio">Followers / following; null also when following is 0.</param>
/// <param name="Slot">Of the latest reading, ISO 8601.</param>
/// <param name="RetrievedAt">When the provider answered, ISO 8601.</param>
/// <param name="Rank">1 + the number of influencers with more followers.</param>
/// <param name="RankOf">How many are ranked.</param>
/// <param name="Suspicious">Whether its followers look bought, by the provider's last verdict; null while it was never judged.</param>
/// <param name="SuspicionCheckedAt">When that was judged, ISO 8601.</param>
/// <param name="Status">tracked, gone (the provider does not know it now), removed (no longer tracked) or unknown (never tracked).</param>
/// <param name="Change">Followers gained up to the latest reading.</param>
/// <param name="AsOf">The newest slot that the ranks include, ISO 8601.</param>
/// <param name="AgeSeconds">How many seconds ago the ranks were level with the store; null before they are loaded.</param>
/// <param name="Problem">While the store is away: why username and change are missing. Else null.</param>
public sealed record InfluencerResponse(
    long Id,
    string? Username,
    long? FollowerCount,
    long? FollowingCount,
    double? FollowerRatio,
    string? Slot,
    string? RetrievedAt,
    int? Rank,
    int? RankOf,
    bool? Suspicious,
    string? SuspicionCheckedAt,
    string Status,
    ChangeResponse Change,
    string? AsOf,
    double? AgeSeconds,
    string? Problem);
