namespace InfluencerAnalytics.Queues;

/// <summary>How many dead letters a queue has.</summary>
/// <param name="Kept">That can be listed and replayed.</param>
/// <param name="Dropped">That went, the oldest first, because no more are kept; since the queue was made.</param>
public readonly record struct DeadLetterCount(long Kept, long Dropped);
