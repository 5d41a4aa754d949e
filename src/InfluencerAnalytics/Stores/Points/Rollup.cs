namespace InfluencerAnalytics.Stores.Points;

/// <summary>What one influencer's data points of an hour or a day come to.</summary>
/// <param name="InfluencerId">Whose.</param>
/// <param name="Period">Hour or day.</param>
/// <param name="Start">Start of the bucket in epoch milliseconds.</param>
/// <param name="Count">Data points in it, 1 or more.</param>
/// <param name="Followers">Over the follower counts.</param>
/// <param name="Following">Over the following counts.</param>
public readonly record struct Rollup(long InfluencerId, RollupPeriod Period, long Start, int Count, RollupColumn Followers, RollupColumn Following)
{
    /// <summary>This with a later data point of the same bucket behind it.</summary>
    public Rollup Add(long followers, long following) =>
        this with { Count = Count + 1, Followers = Followers.Add(followers), Following = Following.Add(following) };

    /// <summary>This with a later bucket behind it; whose and of which start it is stays.</summary>
    public Rollup Add(in Rollup later) =>
        this with { Count = Count + later.Count, Followers = Followers.Add(later.Followers), Following = Following.Add(later.Following) };
}

/// <summary>One column of a roll-up. First and last are by slot.</summary>
public readonly record struct RollupColumn(long Sum, long Min, long Max, long First, long Last)
{
    public static RollupColumn Of(long value) => new(value, value, value, value, value);

    /// <summary>This with a later value behind it.</summary>
    public RollupColumn Add(long later) => new(Sum + later, Math.Min(Min, later), Math.Max(Max, later), First, later);

    /// <summary>This with a later bucket behind it.</summary>
    public RollupColumn Add(in RollupColumn later) =>
        new(Sum + later.Sum, Math.Min(Min, later.Min), Math.Max(Max, later.Max), First, later.Last);
}
