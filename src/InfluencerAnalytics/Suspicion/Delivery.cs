namespace InfluencerAnalytics.Suspicion;

/// <summary>
/// Followers that came at an even pace for hours and then no more, as a delivery that was ordered slow has it. A post that goes round is as even over a few hours, but fades: two hours
/// behind its last even one it still has exp(-2 h/T) of its pace, 0.72 at a time constant of 6 h and 0.26 at 1.5 h; a faster one has brought all of it within 2.5 times what its two even hours brought on average.
/// </summary>
internal static class Delivery
{
    /// <summary>Two hours of the clock are whole in any three.</summary>
    private const int LeastEvenHours = 2;

    /// <summary>How long it has to have taken at its own pace: three hours, less what noise takes off, and more than the 2.5 above.</summary>
    private const double LeastLength = 2.6;

    private const int MostHours = 3 * 24;

    /// <summary>Of two even hours the lesser, as a part of the greater: what the day's rhythm adds to a pace that is worth a look, and what <see cref="ChangeCode"/> leaves out, stays within that.</summary>
    private const double Even = 0.6;

    /// <summary>What may be left of the pace in the two hours behind the one in which it ends.</summary>
    private const double Over = 0.15;

    /// <summary>The hours of the last week that a delivery took which is over since the newest hour; null when there is none. Hours that are not known end it, and prove no end.</summary>
    public static Burst? Find(ChangeRing hours, long followers)
    {
        var last = hours.Newest - 3;
        if (last < 0 || hours[last] is not { } pace || pace < Limits.LeastRise || hours[last + 1] is not { } ending || ending >= Even * pace
            || hours[last + 2] is not { } after || after > Over * pace || hours[last + 3] is not { } later || later > Over * pace)
            return null;
        var rhythm = Rhythm.Of(hours);
        var first = First(hours, last);
        var count = (int)(last - first + 1);
        if (!rhythm.IsKnown || count < LeastEvenHours)
            return null;
        var (even, score) = (0.0, 0.0);
        for (var number = first; number <= last; number++)
        {
            even += hours[number]!.Value;
            score += rhythm.Score(hours[number]!.Value, number, followers);
        }
        // Before and behind its whole hours it took a part of one each.
        var rise = even + Math.Max(0, ending) + Math.Max(0, first > 0 ? hours[first - 1] ?? 0 : 0);
        var before = (long)(followers * Math.Exp(-rise));
        if (rise < LeastLength * even / count || followers - before < Limits.LeastFollowers)
            return null;
        // Hours that have nothing to do with each other add up as the root of their number.
        return Of(first, last, before, followers, (float)(score / Math.Sqrt(count)));
    }

    /// <summary>Each hour is held against the next, not all against one: the last may be a part of an hour.</summary>
    private static long First(ChangeRing hours, long last)
    {
        var first = last;
        while (first > Math.Max(0, last - MostHours) && hours[first - 1] is { } earlier && hours[first] is { } next && Math.Min(earlier, next) >= Even * Math.Max(earlier, next))
            first--;
        return first;
    }

    private static Burst Of(long first, long last, long before, long followers, float score) => new()
    {
        Start = first * SuspicionWatch.HourMs,
        End = (last + 1) * SuspicionWatch.HourMs,
        CoreGain = followers - before,
        Before = before,
        After = followers,
        Base = before,
        FollowingChange = float.NaN,
        Score = score,
        Highest = followers,
        // Three hours later nothing more came, or it would not be over.
        Share = 1,
        Lowest = followers,
        LowestHour = last + 3,
    };
}
