namespace Mockstagram.Simulator.Pacing;

/// <summary>
/// Counts, second by second, how many of the refused requests the limit would have had room for had they come more
/// evenly: the smaller of the limit and what was asked for, less what was let in. Safe for concurrent use.
/// </summary>
internal sealed class UnusedRoom(int perSecond, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly long _start = timeProvider.GetTimestamp();
    private long _second;
    private long _asked;
    private long _admitted;
    private long _total;

    /// <summary>Up to the last whole second.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return _total;
            }
        }
    }

    public void Count(bool admitted)
    {
        lock (_lock)
        {
            Turn();
            _asked++;
            if (admitted)
                _admitted++;
        }
    }

    private void Turn()
    {
        var second = (long)timeProvider.GetElapsedTime(_start).TotalSeconds;
        if (second == _second)
            return;
        // The reserve may let a little more in than the limit of that second.
        _total += Math.Max(0, Math.Min(perSecond, _asked) - _admitted);
        (_second, _asked, _admitted) = (second, 0, 0);
    }
}
