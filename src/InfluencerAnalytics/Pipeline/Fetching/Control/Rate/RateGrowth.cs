using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

/// <summary>
/// How fast a limit a second may grow: quickly up to where it was refused last, slowly past it, and then twice as fast each half second without refusals. Not safe for
/// concurrent use.
/// </summary>
internal sealed class RateGrowth
{
    // A second.
    private const double Return = 0.3;
    private const double Careful = 0.015;
    private const double Boldest = 1.5;

    // Nearer than this to where it was refused last it grows carefully.
    private const double BelowLastRefusal = 0.97;

    private const double DoublingSeconds = 0.5;
    private const double DoublingRequests = 100;
    private const double DoublingAnswers = 4;
    // Among few requests a refusal is seen late; but a limit that was cut to next to nothing must be left behind within one short interval.
    private const double LongestDoublingSeconds = 3;

    private double _aSecond = Careful;

    /// <summary>Where it was refused last, in requests a second.</summary>
    public double RefusedAt { get; private set; }

    /// <summary>Whether it has grown fast enough to overstep by much.</summary>
    public bool IsBold => _aSecond > Careful;

    /// <summary>Whether a limit is clearly below where it was refused last.</summary>
    public bool IsBelow(double? rate) => rate < RefusedAt * BelowLastRefusal;

    /// <param name="at">How many a second were allowed when it was refused.</param>
    public void Refused(double at) => (RefusedAt, _aSecond) = (at, Careful);

    /// <summary>The refusal had another reason than the rate. It goes on carefully all the same: that may be wrong.</summary>
    /// <param name="at">Where it was refused before that.</param>
    public void Restore(double at) => RefusedAt = Math.Max(RefusedAt, at);

    /// <summary>The limit after a window that used it up; past the last refusal it grows faster each time.</summary>
    public double Next(double rate, in AnswerWindow window)
    {
        if (IsBelow(rate))
            return rate * (1 + Return * window.Seconds);
        // Refusals come as late as answers do, and among few requests they are too few to be told from chance.
        var doubling = Math.Max(DoublingSeconds, Math.Max(Math.Min(LongestDoublingSeconds, DoublingRequests / rate), DoublingAnswers * window.AnswerTime));
        _aSecond = Math.Min(Boldest, _aSecond * Math.Pow(2, window.Seconds / doubling));
        return rate * (1 + _aSecond * window.Seconds);
    }
}
