namespace InfluencerAnalytics.Queues;

/// <summary>How full a queue is. Approximate on SQS.</summary>
/// <param name="Waiting">Visible messages: a backlog when it grows.</param>
/// <param name="InFlight">Received (or re-armed) and hidden.</param>
/// <param name="Delayed">Sent and never visible yet.</param>
/// <param name="OldestWaitingSeconds">For how long the oldest visible message has been visible: 0 when none is, null when the queue does not say (SQS).</param>
/// <param name="Bytes">Of all bodies; null when the queue does not say (SQS).</param>
public readonly record struct QueueDepth(long Waiting, long InFlight, long Delayed, double? OldestWaitingSeconds, long? Bytes);
