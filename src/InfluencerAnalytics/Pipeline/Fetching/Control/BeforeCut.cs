namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>How it was before a cut of the rate.</summary>
/// <param name="Rate">The limit that is restored when the cut was in vain; null for none.</param>
/// <param name="RefusedShare">Of all answers.</param>
/// <param name="Sent">Requests a second.</param>
internal readonly record struct BeforeCut(double? Rate, double RefusedShare, double Sent)
{
    public static BeforeCut Of(double? rate, in AnswerWindow seen) => new(rate, seen.RefusedShare, seen.Answers / seen.Seconds);
}
