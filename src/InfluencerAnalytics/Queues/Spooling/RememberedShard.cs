namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>A shard that was re-armed.</summary>
/// <param name="MessageId">Of its message in the queue.</param>
/// <param name="Body">Of that message.</param>
/// <param name="Due">When it is due again, in epoch milliseconds.</param>
public sealed record RememberedShard(string MessageId, ReadOnlyMemory<byte> Body, long Due);
