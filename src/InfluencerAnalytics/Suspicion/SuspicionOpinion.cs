namespace InfluencerAnalytics.Suspicion;

/// <summary>What the minute series of an influencer says of whether its followers were bought.</summary>
/// <param name="Score">0 (nothing was seen) to 1, never 1 itself. Independent reasons add up as doubts multiply: 1 - (1 - a)(1 - b)…</param>
/// <param name="Reasons">The weightiest first; what weighs nothing (<see cref="SuspicionCodes.RhythmUnknown"/>) alone.</param>
/// <param name="ComputedAt">Epoch milliseconds.</param>
public sealed record SuspicionOpinion(double Score, IReadOnlyList<SuspicionReason> Reasons, long ComputedAt)
{
    /// <summary>From this score on an account is called suspicious: a burst or delivery that is far out of rhythm reaches it alone, and so does steep growth that is the same by day and by night.</summary>
    public const double Threshold = 0.5;

    public bool IsSuspicious => Score >= Threshold;
}
