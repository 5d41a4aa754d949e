namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>What the provider said of an influencer, and on what numbers.</summary>
/// <param name="InfluencerId">On whom.</param>
/// <param name="IsSuspicious">Whether its followers look bought.</param>
/// <param name="CheckedAt">When it was judged, in epoch milliseconds.</param>
/// <param name="FollowerCount">The numbers that were judged.</param>
/// <param name="FollowingCount">As above.</param>
public readonly record struct SuspicionVerdict(long InfluencerId, bool IsSuspicious, long CheckedAt, long FollowerCount, long FollowingCount)
{
    /// <summary>A verdict further than this in the future was written by a clock that was ahead: it gives way to any other, else nothing would be kept until then.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(1);

    /// <summary>
    /// So many changes of the flag are kept of an influencer, the newest: by number and not by age, since the last one stays true however old it is, and a quarter of a year where it
    /// changes each day. Some 4 KB each at the most; nearly all have one or two.
    /// </summary>
    public const int MostChangesKept = 100;

    public SuspicionFlag Flag => new(InfluencerId, IsSuspicious, CheckedAt);

    /// <summary>Whether it takes the place of one that is kept: it is newer, or that one lies in the future.</summary>
    /// <param name="kept">Of the same influencer.</param>
    /// <param name="now">By the store's clock, in epoch milliseconds.</param>
    public bool Replaces(in SuspicionVerdict kept, long now) =>
        CheckedAt > kept.CheckedAt || (CheckedAt < kept.CheckedAt && kept.CheckedAt > now + (long)MostAhead.TotalMilliseconds);
}
