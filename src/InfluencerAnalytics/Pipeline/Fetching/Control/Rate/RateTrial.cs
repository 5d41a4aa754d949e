using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

/// <summary>A cut of the rate that has to prove itself, or several since the first refusals.</summary>
/// <param name="First">How it was before all of them.</param>
/// <param name="Last">How it was before the last one.</param>
internal sealed record RateTrial(BeforeCut First, BeforeCut Last)
{
    /// <summary>Whether next to none was answered well before it.</summary>
    public bool IsBlind { get; init; }

    /// <summary>Whether a limit in force was lowered by a little.</summary>
    public bool IsSmall { get; init; }

    /// <summary>By what more is tried, where not less is.</summary>
    public double? RaisedBy { get; init; }

    /// <summary>Where it was refused before, in requests a second: taken up again when the cut was in vain.</summary>
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

/// <summary>How it was before a cut of the rate.</summary>
/// <param name="Rate">The limit that is restored when the cut was in vain; null for none.</param>
/// <param name="RefusedShare">Of all answers.</param>
/// <param name="Answered">Requests answered, refused or failed, a second.</param>
internal readonly record struct BeforeCut(double? Rate, double RefusedShare, double Answered)
{
    public static BeforeCut Of(double? rate, in AnswerWindow seen) => new(rate, seen.RefusedShare, seen.Judged / seen.Seconds);
}
