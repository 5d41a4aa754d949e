namespace InfluencerAnalytics.Suspicion;

/// <summary>What a burst that was judged says: itself, that following did not move with it, that it was weeded out again.</summary>
internal static class BurstEvidence
{
    /// <summary>Two minutes: a rise between two neighbouring readings, of which one may be late.</summary>
    private const long StepMs = 2 * 60_000;

    /// <summary>Another rise is like a burst when it has half of its steepness or more.</summary>
    private const double Alike = 0.5;

    public static void Add(List<Evidence> evidence, SuspicionWatch watch, Burst burst, Rhythm rhythm)
    {
        var together = burst.FollowingChange >= Limits.TogetherShare * burst.Rise;
        var weight = Limits.BurstWeight * burst.Certainty * (together ? Limits.TogetherFactor : 1);
        var code = burst.IsDelivery ? SuspicionCodes.Delivery : burst.End - burst.Start <= StepMs ? SuspicionCodes.Step : SuspicionCodes.Burst;
        evidence.Add(new Evidence(weight, new SuspicionReason(code, Describe(watch, burst, together), burst.Start, burst.End)));
        if (Math.Abs(burst.FollowingChange) < Limits.AloneShare * burst.Rise)
        {
            var text = $"following stayed where it was ({Words.Change(burst.FollowingChange)}) while followers rose by {Words.Percent(burst.Rise)}";
            evidence.Add(new Evidence(Limits.AloneWeight * weight, new SuspicionReason(SuspicionCodes.FollowersAlone, text, burst.Start, burst.End)));
        }
        AddWeeding(evidence, burst, weight, rhythm);
    }

    private static void AddWeeding(List<Evidence> evidence, Burst burst, double weight, Rhythm rhythm)
    {
        var weeded = Robust.Ramp(burst.Weeded, Limits.WeededShare, Limits.SureWeededShare);
        // What an account loses of itself in so many hours: changes that have nothing to do with each other add up as the root of their number.
        var wander = rhythm.SpreadAt(burst.Before) * Math.Sqrt(Math.Max(1, burst.LowestHour - burst.EndHour));
        if (weeded == 0 || -ChangeCode.Between(burst.After, burst.Lowest) < Limits.Outlier * wander)
            return;
        var until = (burst.LowestHour + 1) * SuspicionWatch.HourMs;
        var text = $"of the {Words.Number(burst.Gain)} that came on {Words.Day(burst.Start)}, {Words.Number(burst.After - burst.Lowest)} ({Words.Share(burst.Weeded)}) were gone again by {Words.Day(until)}";
        evidence.Add(new Evidence(Limits.WeededWeight * weeded * weight, new SuspicionReason(SuspicionCodes.WeededOut, text, burst.End, until)));
    }

    private static string Describe(SuspicionWatch watch, Burst burst, bool together)
    {
        var share = (double)burst.CoreGain / burst.Before;
        if (burst.IsDelivery)
            return $"about +{Words.Share(share)} in {(burst.End - burst.Start) / SuspicionWatch.HourMs} hours from {Words.TimeOfDay(burst.Start)} UTC on {Words.Day(burst.Start)} on, as much in each, and then no more";
        return $"+{Words.Number(burst.CoreGain)} in {Words.Duration(burst.End - burst.Start)} at {Words.TimeOfDay(burst.Start)} UTC on {Words.Day(burst.Start)} (+{Words.Share(share)}), "
            + Compare(watch, burst)
            + (together ? $"; following moved with it ({Words.Change(burst.FollowingChange)}), as when an account is put back" : "");
    }

    private static string Compare(SuspicionWatch watch, Burst burst)
    {
        Span<double> rises = stackalloc double[Limits.Days];
        var days = watch.Rises.CopyTo(rises);
        var steepest = 0.0;
        foreach (var rise in rises[..days])
            steepest = Math.Max(steepest, rise);
        var period = days == 1 ? "this day" : $"{days} days";
        if (watch.Bursts.Count(other => other.Rise >= Alike * burst.Rise) is > 1 and var alike)
            return $"one of {alike} such bursts in {period}";
        return steepest < Alike * burst.Rise
            ? $"nothing like it in {period}"
            : $"while the steepest other hour in {period} rose by {Words.Percent(steepest)}";
    }
}
