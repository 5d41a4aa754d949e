namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>A cut of the rate that has to prove itself, or several since the first refusals.</summary>
/// <param name="First">How it was before all of them.</param>
/// <param name="Last">How it was before the last one.</param>
internal sealed record RateTrial(BeforeCut First, BeforeCut Last)
{
    /// <summary>Whether next to none was answered well before it.</summary>
    public bool IsBlind { get; init; }

    /// <summary>Whether a limit in force was lowered by a little.</summary>
    public bool IsSmall { get; init; }

    /// <summary>Where it was refused last before, in requests a second.</summary>
    public double RefusedAt { get; init; }

    /// <summary>How long answers to requests from before may still come.</summary>
    public double SettleSeconds { get; init; }

    /// <param name="rate">The limit until now; null when there was none.</param>
    /// <param name="seen">What it brought.</param>
    public static RateTrial Of(double? rate, in AnswerWindow seen)
    {
        var before = BeforeCut.Of(rate, seen);
        return new RateTrial(before, before);
    }
}
