namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>
/// Says whether the provider answers checks. It opens when those of ten influencers in a row failed, and lets one through each time that a break is over; the first good answer closes
/// it. The minute lane's judges two seconds of thousands of requests; here come a dozen a second, of which each takes seconds. Safe for concurrent use.
/// </summary>
internal sealed class CheckBreaker(TimeProvider timeProvider, TimeSpan breakDuration)
{
    // Less could be some influencers that fail whatever the provider does.
    private const int Failures = 10;

    private readonly Lock _lock = new();

    // Since the last good answer. One that is tried again and again counts once.
    private readonly HashSet<long> _failed = [];
    private long _brokeAt;
    private long _openedAt;

    /// <summary>For how long it has been open; zero while it is closed.</summary>
    public TimeSpan OpenFor
    {
        get
        {
            lock (_lock)
                return IsOpen ? timeProvider.GetElapsedTime(_openedAt) : TimeSpan.Zero;
        }
    }

    private bool IsOpen => _failed.Count >= Failures;

    /// <summary>Whether a check may be sent now.</summary>
    public bool TryPass()
    {
        lock (_lock)
        {
            if (!IsOpen)
                return true;
            if (timeProvider.GetElapsedTime(_brokeAt) < breakDuration)
                return false;
            // The next one after another break.
            _brokeAt = timeProvider.GetTimestamp();
            return true;
        }
    }

    /// <summary>Takes in what came of a check.</summary>
    /// <returns>True when that opened it, false when that closed it; else null.</returns>
    public bool? Count(long influencerId, bool isOk)
    {
        lock (_lock)
        {
            var wasOpen = IsOpen;
            if (isOk)
                _failed.Clear();
            else if (!wasOpen)
                _failed.Add(influencerId);
            if (IsOpen == wasOpen)
                return null;
            if (IsOpen)
                _openedAt = _brokeAt = timeProvider.GetTimestamp();
            return IsOpen;
        }
    }
}
