using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;

/// <summary>
/// Notices that next to nothing comes back of what was in flight, not even errors: the more come on top of those, the longer it takes.
/// Not safe for concurrent use.
/// </summary>
internal sealed class Silence
{
    // Besides what answers take.
    private const double LongestSeconds = 1.5;

    private double _seconds;

    /// <param name="window">One that followed the last one.</param>
    /// <param name="before">What as many in flight brought before; null when that is not known.</param>
    public bool IsCollapse(in AnswerWindow window, in Measurement? before)
    {
        var isSilent = before is { } usual && usual.IsNextToNothing((window.Answers - window.TimedOut) / window.Seconds);
        _seconds = isSilent ? _seconds + window.Seconds : 0;
        return isSilent && _seconds >= LongestSeconds + before!.Value.Time;
    }

    public void Reset() => _seconds = 0;
}
