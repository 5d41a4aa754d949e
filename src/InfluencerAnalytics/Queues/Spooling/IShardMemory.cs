namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>Keeps on disk the shards that this process re-armed, so that it can go on with them while the queue is away, also after it died. For one caller at a time.
/// Every method throws <see cref="QueueUnavailableException"/> when the disk fails.</summary>
public interface IShardMemory
{
    IReadOnlyList<RememberedShard> Load();

    /// <summary>Keeps one; what was kept of the same message goes.</summary>
    void Put(RememberedShard shard);

    void Remove(string messageId);
}
