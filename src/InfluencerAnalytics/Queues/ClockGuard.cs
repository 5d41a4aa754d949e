using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues;

/// <summary>
/// Holds this machine's clock against the queue's. A wrong clock would label readings with a wrong slot, which then blocks the right reading, so
/// the fetcher stops instead. The embedded queue shares our clock and observes nothing. Safe for concurrent use.
/// </summary>
public sealed class ClockGuard(TimeProvider timeProvider)
{
    private long _differenceTicks;

    /// <summary>Our clock minus the queue's at the last observation.</summary>
    public TimeSpan Difference => TimeSpan.FromTicks(Interlocked.Read(ref _differenceTicks));

    /// <summary>An adapter of the queue calls this with the time that the queue's answer carries.</summary>
    public void Observe(DateTimeOffset queueTime) =>
        Interlocked.Exchange(ref _differenceTicks, (timeProvider.GetUtcNow() - queueTime).Ticks);

    /// <summary>Whether slots may be labelled by our clock: it differs by at most <see cref="SlotGrid.ClockDifferenceWithin"/>.</summary>
    public bool IsTrusted(TimeSpan interval) => Difference.Duration() <= SlotGrid.ClockDifferenceWithin(interval);
}
