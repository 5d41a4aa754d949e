using System.Collections.Concurrent;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Connection;

namespace InfluencerAnalytics.Sqs.Queues;

/// <summary>Gives the queues by name. Nothing is asked of SQS before a queue is used. Safe for concurrent use.</summary>
internal sealed class SqsQueues(SqsConnection connection) : IMessageQueues
{
    private readonly ConcurrentDictionary<string, SqsQueue> _queues = new(StringComparer.Ordinal);

    public IMessageQueue Get(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _queues.GetOrAdd(name, static (name, connection) => new SqsQueue(name, connection), connection);
    }
}
