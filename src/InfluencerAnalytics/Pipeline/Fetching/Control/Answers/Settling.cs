namespace InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

/// <summary>
/// The time after a change of the limit that says nothing of it: the first answers are those of the requests before it, and the first after a pause find
/// places that nothing holds yet. Not safe for concurrent use.
/// </summary>
internal sealed class Settling
{
    private const double LongestSeconds = 6;

    private double _seconds;

    public bool IsOver { get; private set; }

    public void Begin()
    {
        IsOver = false;
        _seconds = 0;
    }

    /// <summary>Until no more are in flight than may be, and for as long as it takes until each place was held by another request.</summary>
    /// <param name="window">One that followed the last one.</param>
    /// <param name="limit">How many may be in flight.</param>
    /// <param name="round">How long that takes, in seconds.</param>
    public void Pass(in AnswerWindow window, int limit, double round)
    {
        _seconds += window.Seconds;
        IsOver = _seconds >= LongestSeconds || (window.InFlight <= limit && _seconds >= round);
    }
}
