namespace InfluencerAnalytics.Suspicion;

/// <summary>Makes an opinion out of all that is seen in a series.</summary>
internal static class Judgement
{
    public static SuspicionOpinion Of(SuspicionWatch watch, long nowMs)
    {
        var rhythm = Rhythm.Of(watch.Hours);
        var evidence = new List<Evidence>();
        foreach (var burst in watch.Bursts)
            BurstEvidence.Add(evidence, watch, burst, rhythm);
        if (rhythm.IsKnown)
        {
            EvenGrowth.Add(evidence, watch.Hours);
            FollowingUp.Add(evidence, watch);
        }
        var doubt = 1.0;
        foreach (var one in evidence)
            doubt *= 1 - one.Weight;
        var reasons = evidence.OrderByDescending(static one => one.Weight).ThenBy(static one => one.Reason.From).Select(static one => one.Reason).ToList();
        if (!rhythm.IsKnown)
            reasons.Add(Unknown(watch, rhythm));
        return new SuspicionOpinion(1 - doubt, reasons, nowMs);
    }

    private static SuspicionReason Unknown(SuspicionWatch watch, Rhythm rhythm)
    {
        var to = Math.Max(0, watch.Hour + 1) * SuspicionWatch.HourMs;
        var text = rhythm.Hours < Limits.LeastHours
            ? $"{rhythm.Hours} hours of the last 7 days are known one after the other, and {Limits.LeastHours} are needed to know a rhythm"
            : $"from hour to hour it changes by about {Words.Percent(rhythm.Spread)}: nothing can stand out of that";
        return new SuspicionReason(SuspicionCodes.RhythmUnknown, text, Math.Max(0, to - Limits.RhythmHours * SuspicionWatch.HourMs), to);
    }
}
