using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Pipeline.Holds;

/// <summary>A received message of a queue of shards that is hidden from other processes while this one visits what it carries.</summary>
internal sealed class Hold(ReceivedMessage message, int ids, TimeSpan endsAt)
{
    public ReceivedMessage Message { get; } = message;

    /// <summary>How many ids it holds in hand.</summary>
    public int Ids { get; } = ids;

    /// <summary>By the monotonic clock; moved on by <see cref="HoldKeeper"/>.</summary>
    public TimeSpan EndsAt { get; set; } = endsAt;
}
