namespace InfluencerAnalytics.Client.Contract;

/// <summary>A timeline in columns of equal length. A gap has no row.</summary>
/// <param name="Resolution">What was read: raw, 1m, 5m, 1h or 1d, also when auto was asked for.</param>
/// <param name="Start">Of the range asked for, ISO 8601, included.</param>
/// <param name="End">Of the range asked for, ISO 8601, included.</param>
/// <param name="AvailableFrom">From when on this resolution is kept, ISO 8601: what of the range lies before it was dropped by its age (a coarser resolution may still have it), or
/// lies before the first reading of all. Null while nothing is stored.</param>
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
    string? AvailableFrom,
    IReadOnlyList<long> Time,
    IReadOnlyList<long> FollowerCount,
    IReadOnlyList<long> FollowingCount,
    IReadOnlyList<double?> FollowerRatio,
    IReadOnlyList<long>? FollowerMin = null,
    IReadOnlyList<long>? FollowerMax = null)
{
    /// <summary>
    /// At 1d: the rank by the day's last follower count among all that have a reading of the day, ties sharing one; else left out. Null where it is not known: of a day that is not over or
    /// has just ended, or was over before ranks were kept; or whose last count a reading changed that came after it was ranked, as long as such readings are of no more than 1 in 100.
    /// </summary>
    public IReadOnlyList<int?>? Rank { get; init; }

    /// <summary>At 1d: how many have a reading of the day. Null where <see cref="Rank"/> is.</summary>
    public IReadOnlyList<int?>? RankOf { get; init; }
}
