using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues;

/// <summary>
/// Holds this machine's clock against the queue's. A wrong clock would label readings with a wrong slot, which then blocks the right reading, so
/// the fetcher stops instead. The embedded queue shares our clock and observes nothing. Safe for concurrent use.
/// </summary>
public sealed class ClockGuard(TimeProvider timeProvider)
{
    private volatile Observation? _last;

    /// <summary>Our clock minus the queue's: at the last observation, and by how much our clock was set since, which the monotonic clock tells.</summary>
    public TimeSpan Difference => _last is { } last ? timeProvider.GetUtcNow() - (last.QueueTime + timeProvider.GetElapsedTime(last.At)) : TimeSpan.Zero;

    /// <summary>An adapter of the queue calls this with the time that the queue's answer carries.</summary>
    public void Observe(DateTimeOffset queueTime) =>
        _last = new Observation(queueTime, timeProvider.GetUtcNow() - queueTime, timeProvider.GetTimestamp());

    /// <summary>
    /// Whether slots may be labelled by our clock: it differs by at most <see cref="SlotGrid.ClockDifferenceWithin"/>. One that was wrong and is set right is trusted at once, since a
    /// queue that is away cannot say so. That one was set wrong is believed of the queue alone: a machine that slept looks the same.
    /// </summary>
    public bool IsTrusted(TimeSpan interval)
    {
        var most = SlotGrid.ClockDifferenceWithin(interval);
        return _last is not { } last || last.Difference.Duration() <= most || Difference.Duration() <= most;
    }

    /// <param name="QueueTime">What the answer carried.</param>
    /// <param name="Difference">Our clock minus that.</param>
    /// <param name="At">When it was, by the monotonic clock.</param>
    private sealed record Observation(DateTimeOffset QueueTime, TimeSpan Difference, long At);
}
