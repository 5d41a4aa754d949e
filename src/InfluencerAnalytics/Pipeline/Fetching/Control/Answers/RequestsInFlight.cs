namespace InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

/// <summary>How many requests wait to be sent or answered, and for how much of the time there was one at all. Safe for concurrent use.</summary>
internal sealed class RequestsInFlight(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private int _count;
    private int _begun;
    private long _since;
    private TimeSpan _busy;

    public int Count => Volatile.Read(ref _count);

    public void Begin()
    {
        // Only the first of many and the last touch the clock. The two may come to the lock in the other order, and count the same.
        if (Interlocked.Increment(ref _count) == 1)
            Change(by: 1);
    }

    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
            Change(by: -1);
    }

    /// <summary>For how long since the last call any was in flight, in seconds.</summary>
    public double TakeBusySeconds()
    {
        lock (_lock)
        {
            AddBusy();
            var seconds = _busy.TotalSeconds;
            _busy = TimeSpan.Zero;
            return seconds;
        }
    }

    private void Change(int by)
    {
        lock (_lock)
        {
            AddBusy();
            _begun += by;
        }
    }

    private void AddBusy()
    {
        var now = timeProvider.GetTimestamp();
        if (_begun > 0)
            _busy += timeProvider.GetElapsedTime(_since, now);
        _since = now;
    }
}
