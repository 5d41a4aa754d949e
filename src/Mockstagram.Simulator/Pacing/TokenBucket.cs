namespace Mockstagram.Simulator.Pacing;

/// <summary>Allows a fixed number of answers a second, with a tenth of a second's worth in reserve. Safe for concurrent use.</summary>
internal sealed class TokenBucket
{
    /// <summary>Short, so that a second never sees more than 1.1 times the rate; long enough for clients whose timers are coarse.</summary>
    private const double BurstSeconds = 0.1;

    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly double _perSecond;
    private readonly double _most;
    private double _tokens;
    private long _at;

    public TokenBucket(double perSecond, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _perSecond = perSecond;
        _most = Math.Max(1, perSecond * BurstSeconds);
        _tokens = _most;
        _at = timeProvider.GetTimestamp();
    }

    public bool TryTake()
    {
        lock (_lock)
        {
            var now = _timeProvider.GetTimestamp();
            _tokens = Math.Min(_most, _tokens + _perSecond * _timeProvider.GetElapsedTime(_at, now).TotalSeconds);
            _at = now;
            if (_tokens < 1)
                return false;
            _tokens--;
            return true;
        }
    }
}
