using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

/// <summary>The share of the requests that is refused whatever the rate, as far as is known: no cut of the rate has cured it. Not safe for concurrent use.</summary>
internal sealed class UncuredRefusals
{
    // Half of what a judgement shows is believed: one of few answers must not decide alone.
    private const double Learning = 0.5;

    // One refusal alone is chance.
    private const int LeastRefusals = 2;

    // What is allowed is what was answered, divided by the rest, but by no less than this: it would be a guess.
    private const double LeastRest = 0.1;

    public double Share { get; private set; }

    /// <summary>The share that is not refused for another reason than the rate.</summary>
    public double Rest => Math.Max(LeastRest, 1 - Share);

    public void Is(double share) => Share = share;

    public void Believe(double share) => Share += (share - Share) * Learning;

    public double Excess(in AnswerWindow seen) => seen.RefusedShare - Share;

    /// <summary>Whether more is refused, by so much and beyond chance.</summary>
    public bool IsExceeded(in AnswerWindow seen, double by) => seen.Refused >= LeastRefusals && Excess(seen) > by + ChanceOf(seen);

    /// <summary>Whether less is refused, beyond chance.</summary>
    public bool IsLess(in AnswerWindow seen) => Excess(seen) < -ChanceOf(seen);

    public double ChanceOf(in AnswerWindow seen) => ChanceOf(Share, seen.Judged);

    /// <summary>Twice the standard deviation of a share among so many answers (binomial).</summary>
    public static double ChanceOf(double share, int answers) => 2 * Math.Sqrt(share * (1 - share) / Math.Max(1, answers));
}
