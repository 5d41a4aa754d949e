using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;

/// <summary>What is wanted of the provider, what of it hangs, and how soon it answers at best. Not safe for concurrent use.</summary>
internal sealed class Demand
{
    // Good answers that take so many times as long as they did at best have waited in a queue: fewer in flight would bring as many, sooner.
    private const double Queued = 2;

    // Fewer say little of how long answers take.
    private const int EnoughAnswers = 20;

    // Of the first ones of all.
    private const int LeastAnswers = 5;

    // So many times as many good answers as are wanted are enough.
    private const double Plenty = 1.05;

    // Time-outs come in waves, as shards do. A calm of half a minute leaves next to nothing of it.
    private const double HangingSeconds = 5;

    // A provider that has become slower for good is believed by and by.
    private const double Forgetting = 1.01;

    private double _wanted;
    private double _hanging;
    private double _leastTime = double.MaxValue;

    /// <summary>How many have to be in flight on average, by Little's law: what is answered, as soon as it can be, and what hangs.</summary>
    public double InFlight => _wanted * _leastTime + _hanging;

    /// <param name="window">One that followed the last one.</param>
    public void Observe(in AnswerWindow window)
    {
        _wanted = window.Wanted;
        _hanging += (window.TimedOut * window.LimitSeconds / window.Seconds - _hanging) * (1 - Math.Exp(-window.Seconds / HangingSeconds));
        // Answers are never sooner than while nobody waits for them: whoever takes many times as long from one moment to the next is not met by more. Whoever is crowded from
        // the start has no such calm to compare with, but the first answers of all come before the crowd, and no more are in flight than a limit a second lets through.
        var isFirst = _leastTime == double.MaxValue;
        if (window.Good >= (isFirst ? LeastAnswers : EnoughAnswers) && (isFirst || !window.IsBacklogged || window.IsPaced))
            Answered(window.AnswerTime);
    }

    /// <param name="seconds">How long a good answer took.</param>
    public void Answered(double seconds) => _leastTime = Math.Min(_leastTime, seconds);

    /// <param name="seconds">How long a good answer took, at the same limit as before.</param>
    public void AnsweredAgain(double seconds) => _leastTime = Math.Min(_leastTime * Forgetting, seconds);

    /// <param name="seconds">How long a good answer took before fewer in flight brought fewer.</param>
    public void AnswersNoSooner(double seconds) => _leastTime = Math.Max(_leastTime, seconds);

    public bool IsQueued(double seconds) => seconds >= _leastTime * Queued;

    /// <summary>Whether so many good answers a second are all that is wanted. What is left over from before is soon caught up with: more would only be a risk.</summary>
    public bool IsMetBy(double good) => good >= _wanted * Plenty;
}
