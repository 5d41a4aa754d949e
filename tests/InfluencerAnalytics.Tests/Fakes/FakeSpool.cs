using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>The disk of a fetcher, in memory: it outlives the process that uses it.</summary>
internal sealed class FakeSpool(TimeProvider timeProvider) : IShardMemory
{
    private readonly Dictionary<string, RememberedShard> _shards = [];

    public FakeQueues Queues { get; } = new(timeProvider);

    public SpoolOptions Options { get; set; } = new();

    public IReadOnlyList<RememberedShard> Load()
    {
        lock (_shards)
            return [.. _shards.Values];
    }

    public void Put(RememberedShard shard)
    {
        lock (_shards)
            _shards[shard.MessageId] = shard;
    }

    public void Remove(string messageId)
    {
        lock (_shards)
            _shards.Remove(messageId);
    }

    /// <summary>What a process makes of it that starts now.</summary>
    public SpoolingQueues NewQueues(IMessageQueues remote, TimeProvider time) => new(remote, Queues, this, Options, time, NullLogger<SpoolingQueues>.Instance);
}
