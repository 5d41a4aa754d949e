namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>
/// The time of a queue. What is visible when runs on the monotonic clock, so that a step of the wall clock neither hides a message nor shows it early;
/// the wall clock only says when a message was sent, and what a later process, which has no monotonic time in common with this one, goes by.
/// </summary>
internal sealed class QueueClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Monotonic milliseconds since this was made.</summary>
    public long Now => time.GetElapsedTime(_started).Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Epoch milliseconds of the wall clock.</summary>
    public long UtcNow => time.GetUtcNow().ToUnixTimeMilliseconds();
}
