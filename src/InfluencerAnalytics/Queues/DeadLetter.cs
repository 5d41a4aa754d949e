namespace InfluencerAnalytics.Queues;

/// <summary>A message that could not be processed, and why.</summary>
/// <param name="Id">Names it for replay and drop: unique over all queues, and never used for another, also not after it was dropped.</param>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="Body">As it was received.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="At">When it was moved, in epoch milliseconds.</param>
public sealed record DeadLetter(string Id, string Queue, ReadOnlyMemory<byte> Body, string Reason, long At);
