namespace InfluencerAnalytics.Metrics;

/// <summary>Events per second over the last 10 whole seconds, or since start when that is shorter. Safe for concurrent use.</summary>
internal sealed class RateMeter
{
    private const int WindowSeconds = 10;

    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[WindowSeconds + 1];
    private long _second;

    public RateMeter(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
    }

    public void Add(long count)
    {
        lock (_lock)
        {
            Advance();
            _counts[_second % _counts.Length] += count;
        }
    }

    public double PerSecond()
    {
        lock (_lock)
        {
            Advance();
            // The current second is not over, so it would only blur the figure.
            var total = 0L;
            foreach (var count in _counts)
                total += count;
            total -= _counts[_second % _counts.Length];
            return _second == 0 ? 0 : (double)total / Math.Min(_second, WindowSeconds);
        }
    }

    private void Advance()
    {
        var now = (long)_timeProvider.GetElapsedTime(_started).TotalSeconds;
        if (now - _second > _counts.Length)
        {
            Array.Clear(_counts);
            _second = now;
        }
        while (_second < now)
            _counts[++_second % _counts.Length] = 0;
    }
}
