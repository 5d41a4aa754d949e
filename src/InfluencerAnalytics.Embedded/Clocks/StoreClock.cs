namespace InfluencerAnalytics.Embedded.Clocks;

/// <summary>The time that the store goes by. Safe for concurrent use.</summary>
internal sealed class StoreClock
{
    private readonly long _openedAtMs;
    private readonly long _openedAt;

    public StoreClock(TimeProvider time)
    {
        Time = time;
        _openedAtMs = NowMs;
        _openedAt = time.GetTimestamp();
    }

    public TimeProvider Time { get; }

    /// <summary>Epoch milliseconds.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>In whole epoch seconds.</summary>
    public long NowSeconds => NowMs / 1000;

    /// <summary>Epoch milliseconds by the wall clock at the opening and the monotonic one since: no step of the wall clock makes what happened within this process older or younger.</summary>
    public long SteadyMs => _openedAtMs + (long)Time.GetElapsedTime(_openedAt).TotalMilliseconds;

    /// <summary>By the monotonic clock alone, from a moment of its own.</summary>
    public TimeSpan Elapsed => Time.GetElapsedTime(0);
}
