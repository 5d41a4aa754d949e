using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Suspicion;

/// <summary>A rise within half an hour, or at an even pace over hours (<see cref="Delivery"/>), and what came after it. Not safe for concurrent use.</summary>
internal sealed class Burst
{
    /// <summary>When its core begins and ends, in epoch milliseconds; whole seconds.</summary>
    public required long Start { get; init; }

    public required long End { get; init; }

    /// <summary>The followers that came within the core.</summary>
    public required long CoreGain { get; init; }

    /// <summary>Followers before and after its half hour.</summary>
    public required long Before { get; init; }

    public required long After { get; init; }

    /// <summary>The fewest followers that one of the hours before it ended with, or <see cref="Before"/>.</summary>
    public required long Base { get; init; }

    /// <summary>How following changed within the same half hour, as a logarithm; not a number where that is not known.</summary>
    public required float FollowingChange { get; init; }

    /// <summary>How far it was out of the account's rhythm, in spreads.</summary>
    public required float Score { get; init; }

    /// <summary>The most followers that an hour ended with since it began, while it is not judged.</summary>
    public required long Highest { get; set; }

    /// <summary>The share of all that came until it was judged which came within its half hour; 0 while it is not judged.</summary>
    public float Share { get; set; }

    /// <summary>The fewest followers that an hour ended with since it was judged, and which hour that was.</summary>
    public long Lowest { get; set; }

    public long LowestHour { get; set; }

    public long Gain => After - Before;

    public double Rise => ChangeCode.Between(Before, After);

    public bool IsDelivery => End - Start > Limits.BurstMs;

    public long EndHour => End / SuspicionWatch.HourMs;

    /// <summary>0 to 1: how far beyond the own rhythm, and how much of a sudden.</summary>
    public double Certainty =>
        Robust.Ramp(Score, Limits.Outlier, Limits.SureOutlier) * Robust.Ramp(Share, Limits.DoubtfulShare, Limits.SureShare);

    /// <summary>What share of the gain was lost again: 0 to 1.</summary>
    public double Weeded => Math.Clamp((double)(After - Lowest) / Gain, 0, 1);

    /// <summary>Null where the readings rise by less than anybody would buy, or by what the rhythm explains.</summary>
    /// <param name="points">Of one influencer, by slot: an hour and the half hour before it.</param>
    /// <param name="rhythm">The account's.</param>
    /// <param name="fewest">The fewest followers that one of the last hours ended with.</param>
    public static Burst? Find(IReadOnlyList<DataPoint> points, Rhythm rhythm, long fewest)
    {
        if (FastestRise.Find(points) is not { } rise)
            return null;
        var (before, after) = (points[rise.From], points[rise.To]);
        var change = ChangeCode.Between(before.FollowerCount, after.FollowerCount);
        var score = rhythm.Score(change, after.Slot / SuspicionWatch.HourMs, before.FollowerCount);
        if (!IsWorthALook(before.FollowerCount, after.FollowerCount) || score < Limits.Outlier)
            return null;
        var highest = after.FollowerCount;
        for (var i = rise.To + 1; i < points.Count; i++)
            highest = Math.Max(highest, points[i].FollowerCount);
        return new Burst
        {
            Start = points[rise.CoreFrom].Slot,
            End = points[rise.CoreTo].Slot,
            CoreGain = points[rise.CoreTo].FollowerCount - points[rise.CoreFrom].FollowerCount,
            Before = before.FollowerCount,
            After = after.FollowerCount,
            Base = Math.Min(before.FollowerCount, fewest),
            FollowingChange = (float)ChangeCode.Between(before.FollowingCount, after.FollowingCount),
            Score = (float)score,
            Highest = highest,
        };
    }

    /// <summary>Whether a rise is so large that somebody may have paid for it.</summary>
    public static bool IsWorthALook(long before, long after) =>
        after - before >= Limits.LeastFollowers && ChangeCode.Between(before, after) >= Limits.LeastRise;

    /// <summary>Judges it by what came before it and until now: the more that was, the less sudden it was.</summary>
    public void Judge(long followers, long hour)
    {
        Share = (float)Gain / (Math.Max(Highest, After) - Base);
        Lowest = Math.Min(After, followers);
        LowestHour = hour;
    }
}
