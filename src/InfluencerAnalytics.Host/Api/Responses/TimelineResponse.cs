namespace InfluencerAnalytics.Host.Api.Responses;

/// <summary>A timeline in columns of equal length. A gap has no row.</summary>
/// <param name="Resolution">What was read: raw, 1m, 5m, 1h or 1d, also when auto was asked for.</param>
/// <param name="Time">Epoch milliseconds, ascending.</param>
/// <param name="FollowerCount">Of a roll-up the last.</param>
/// <param name="FollowerRatio">Null where following is 0.</param>
/// <param name="FollowerMin">Left out for raw.</param>
/// <param name="FollowerMax">Left out for raw.</param>
public sealed record TimelineResponse(
    long Id,
    string Resolution,
    string Start,
    string End,
    IReadOnlyList<long> Time,
    IReadOnlyList<long> FollowerCount,
    IReadOnlyList<long> FollowingCount,
    IReadOnlyList<double?> FollowerRatio,
    IReadOnlyList<long>? FollowerMin,
    IReadOnlyList<long>? FollowerMax);
