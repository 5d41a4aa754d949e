namespace InfluencerAnalytics.Working;

/// <summary>Sees steps of the wall clock against the monotonic one. Not safe for concurrent use.</summary>
public sealed class ClockSteps
{
    /// <summary>Clocks that are kept right by slewing move by less in years of looks.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    // A process that was held up between two readings would take that for a step.
    private static readonly TimeSpan MaxReading = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _timeProvider;
    private TimeSpan? _offset;

    public ClockSteps(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        Look();
    }

    /// <summary>By how much the wall clock was set since the last look: forward, or (negative) back. Null when it was not, by a second at least.</summary>
    public TimeSpan? Look()
    {
        var before = _timeProvider.GetTimestamp();
        var now = _timeProvider.GetUtcNow();
        if (_timeProvider.GetElapsedTime(before) > MaxReading)
            return null;
        var offset = new TimeSpan(now.UtcTicks) - _timeProvider.GetElapsedTime(0, before);
        var step = offset - (_offset ?? offset);
        _offset = offset;
        return step.Duration() >= Least ? step : null;
    }
}
