namespace InfluencerAnalytics.Embedded.Clocks;

/// <summary>
/// The time by which data is too old to be kept. It follows the wall clock, but believes a jump forward only once that has held for an hour: a clock
/// that is a year ahead for a moment must not cost a year of data. Safe for concurrent use.
/// </summary>
internal sealed class AgeClock
{
    private static readonly long Jump = (long)TimeSpan.FromHours(1).TotalMilliseconds;
    private static readonly TimeSpan Believed = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private long _known;
    private TimeSpan _knownAt;
    private TimeSpan? _jumpedAt;

    /// <param name="time">With the wall clock and the monotonic one.</param>
    /// <param name="plausible">Epoch milliseconds beyond which the wall clock is not believed at once; null when nothing is stored that could tell.</param>
    public AgeClock(TimeProvider time, long? plausible)
    {
        _time = time;
        _known = Math.Min(UtcNow, plausible ?? long.MaxValue);
        _knownAt = Elapsed;
    }

    /// <summary>By how much the wall clock is ahead of what is believed; zero when it is believed.</summary>
    public TimeSpan Ahead
    {
        get
        {
            var now = NowMs;
            lock (_lock)
                return _jumpedAt is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(UtcNow - now);
        }
    }

    /// <summary>Epoch milliseconds.</summary>
    public long NowMs
    {
        get
        {
            lock (_lock)
            {
                var elapsed = Elapsed;
                var expected = _known + (long)(elapsed - _knownAt).TotalMilliseconds;
                var now = UtcNow;
                if (now <= expected + Jump)
                {
                    _jumpedAt = null;
                }
                else
                {
                    _jumpedAt ??= elapsed;
                    if (elapsed - _jumpedAt < Believed)
                        return expected;
                    _jumpedAt = null;
                }
                (_known, _knownAt) = (now, elapsed);
                return now;
            }
        }
    }

    private long UtcNow => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private TimeSpan Elapsed => _time.GetElapsedTime(0);
}
