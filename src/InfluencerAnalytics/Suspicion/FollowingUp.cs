namespace InfluencerAnalytics.Suspicion;

/// <summary>Following that grows steeply while followers do not: others are followed so that they follow back.</summary>
internal static class FollowingUp
{
    private const int Week = 7;

    public static void Add(List<Evidence> evidence, SuspicionWatch watch)
    {
        Span<double> days = stackalloc double[Limits.Days];
        var count = watch.FollowingDays.CopyTo(days);
        if (count < Limits.FollowingDays)
            return;
        var following = SumOf(watch.FollowingDays, Week);
        var followers = SumOf(watch.Hours, watch.Hours.Length);
        // A week is seven days that have nothing to do with each other: its spread is the root of seven times that of a day.
        var spread = Math.Sqrt(Week) * Math.Max(Robust.Spread(days[..count]), Limits.LeastFollowingSpread);
        if (following < Math.Log(1 + Limits.FollowingUp) || following < Limits.Outlier * spread || followers > Limits.FollowingUp * following)
            return;
        var to = (watch.Hour + 1) * SuspicionWatch.HourMs;
        var text = $"following rose by about {Words.Percent(following)} in 7 days, followers changed by {Words.Change(followers)}";
        evidence.Add(new Evidence(Limits.FollowingUpWeight, new SuspicionReason(SuspicionCodes.FollowingUp, text, to - Limits.RhythmHours * SuspicionWatch.HourMs, to)));
    }

    private static double SumOf(ChangeRing ring, int newest)
    {
        var sum = 0.0;
        for (var number = Math.Max(0, ring.Newest - newest + 1); number <= ring.Newest; number++)
            sum += ring[number] ?? 0;
        return sum;
    }
}
