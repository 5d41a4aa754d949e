using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;

/// <summary>What so many requests in flight brought.</summary>
/// <param name="Good">Good answers a second.</param>
/// <param name="FailedShare">Of all answers.</param>
/// <param name="Time">How long a good answer takes, in seconds.</param>
/// <param name="Round">After how long the places are held by other requests, in seconds.</param>
internal readonly record struct Measurement(double Good, double FailedShare, double Time, double Round)
{
    // Below this a gain is within the noise of a measurement. Doublings that bring less than 5% each stop at 90% of what there is to gain.
    private const double WorthwhileGain = 1.05;

    // Less than this part of what came before is next to nothing.
    private const double Collapsed = 0.05;

    // Below this share of time-outs they are no part of how long a place is held.
    private const double FewTimeouts = 0.02;

    // From this share on failures are a reason to try a cut.
    private const double ManyFailures = 0.1;

    // A change by this factor is a change of the provider, not noise.
    private const double ChangedBy = 1.4;

    private const int EnoughAnswers = 100;

    /// <summary>No measurement takes longer.</summary>
    public const double LongestSeconds = 3;

    /// <param name="seen">All that came of them.</param>
    /// <param name="crowded">Of that, what had waited among more: it says nothing of how long answers take now, unless there is nothing else.</param>
    public static Measurement Of(in AnswerWindow seen, in AnswerWindow crowded)
    {
        var others = seen.Good - crowded.Good;
        var time = others > 0 ? (seen.GoodSeconds - crowded.GoodSeconds) / others : seen.AnswerTime;
        return new Measurement(seen.Good / seen.Seconds, seen.Answers == 0 ? 0 : (double)seen.Failed / seen.Answers, time, RoundOf(seen));
    }

    public static double RoundOf(in AnswerWindow seen) =>
        seen.TimedOut > seen.Answers * FewTimeouts ? seen.LimitSeconds : seen.Good == 0 ? seen.Seconds : seen.AnswerTime;

    /// <summary>
    /// Whether enough was seen at a limit. By Little's law as many answers as the limit take as long as one does: a whole round of them, so that slow ones
    /// are not left out. Requests that hang fill their places and free them in waves, a time limit apart.
    /// </summary>
    public static bool IsDone(in AnswerWindow seen, int limit) =>
        seen.Seconds >= LongestSeconds
        || (seen.Answers >= limit && seen.Seconds >= RoundOf(seen) && (seen.Answers >= EnoughAnswers || seen.Seconds >= LongestSeconds / 2));

    /// <summary>Whether it brought more, by so much that it is no chance.</summary>
    public bool IsMoreThan(in Measurement before) => Good >= before.Good * WorthwhileGain;

    /// <summary>Whether a cut was worth it: more good answers, or as many with half of the failures or in much less time.</summary>
    public bool IsBetterThan(in Measurement before) =>
        IsMoreThan(before)
        || (Good * WorthwhileGain >= before.Good
            && ((before.FailedShare >= ManyFailures && FailedShare <= before.FailedShare / 2) || Time * ChangedBy <= before.Time));

    /// <param name="good">Answers a second, beside those measured.</param>
    public bool IsNextToNothing(double good) => good < Good * Collapsed;

    /// <summary>Whether the provider has become another one.</summary>
    public bool DiffersFrom(in Measurement before) =>
        IsFar(before.Good, Good) || IsFar(before.Time, Time) || Math.Abs(before.FailedShare - FailedShare) > ManyFailures;

    private static bool IsFar(double one, double other) => one > other * ChangedBy || other > one * ChangedBy;
}
