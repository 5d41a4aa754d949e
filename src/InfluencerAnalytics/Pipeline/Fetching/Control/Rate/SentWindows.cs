using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

/// <summary>
/// What came of the requests of each window, by when they were sent, once most of it is known. Refusals come at once, readings late and time-outs last: by when they come, whoever
/// sends more or fewer than before sees another share refused, though the provider has not changed. Not safe for concurrent use; the counting itself is.
/// </summary>
internal sealed class SentWindows
{
    // The others may be those that hang, of which nothing is known for seconds.
    private const double Most = 0.9;

    // After so many times what a reading takes, what is unknown still will not be a refusal.
    private const double Late = 2;

    private readonly Queue<(AnswerWindow Window, SentRequests Sent)> _untold = new();
    private volatile SentRequests _current = new();
    private AnswerWindow _open;
    private double _answerTime;
    private double _now;
    private double _firstEnded;

    /// <summary>What is sent now belongs to this window, which is told what came of it.</summary>
    public SentRequests Current => _current;

    /// <summary>Ends the present window.</summary>
    /// <param name="window">What came in it, and how it was asked.</param>
    public void End(in AnswerWindow window)
    {
        _now += window.Seconds;
        if (window.Good > 0)
            _answerTime = window.AnswerTime;
        _open = _open.Add(window);
        // Of one in which sending began at its end nothing is known, nor for how long it was asked: it goes on.
        if (_current.Ended == 0 && _current.Pending > 0)
            return;
        if (_untold.Count == 0)
            _firstEnded = _now;
        _untold.Enqueue((_open, _current));
        (_open, _current) = (default, new SentRequests());
    }

    /// <summary>The next window of which enough is known, its outcomes being those of what was sent in it, and what is still unknown counted as failed; null when there is none.</summary>
    public AnswerWindow? TakeTelling()
    {
        if (!_untold.TryPeek(out var first))
            return null;
        var (window, sent) = first;
        if (sent.Ended < (sent.Ended + sent.Pending) * Most && _now - _firstEnded < Late * _answerTime)
            return null;
        _untold.Dequeue();
        if (_untold.TryPeek(out var next))
            _firstEnded += next.Window.Seconds;
        return window with { Good = sent.Good, Refused = sent.Refused, Failed = sent.Failed - sent.Refused + sent.Pending };
    }

    /// <summary>Nothing of what was sent until now is of interest any more.</summary>
    public void Clear()
    {
        _untold.Clear();
        (_open, _current) = (default, new SentRequests());
    }
}
