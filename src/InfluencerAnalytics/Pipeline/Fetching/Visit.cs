using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>A received message that this fetcher is working on, and until when it is hidden from others.</summary>
internal sealed class Visit(ReceivedMessage message, int ids, TimeSpan leaseEndsAt)
{
    public ReceivedMessage Message { get; } = message;

    /// <summary>How many ids it holds in hand.</summary>
    public int Ids { get; } = ids;

    /// <summary>By the monotonic clock; moved on by <see cref="VisitLeases"/>.</summary>
    public TimeSpan LeaseEndsAt { get; set; } = leaseEndsAt;
}
