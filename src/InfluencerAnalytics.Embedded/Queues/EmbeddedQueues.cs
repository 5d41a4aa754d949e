using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Queues;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>Gives the queues by name; a name that is new gets a number, which is kept. Safe for concurrent use.</summary>
internal sealed partial class EmbeddedQueues(RocksDatabase database, EmbeddedOptions options, TimeProvider time, DiskGuard disk, ILogger logger) : IMessageQueues, IDisposable
{
    private readonly Dictionary<string, EmbeddedQueue> _queues = new(StringComparer.Ordinal);
    private readonly MetaTable _meta = new(database);
    private readonly Lock _gate = new();

    public IMessageQueue Get(string name) => Find(name);

    public EmbeddedQueue Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_gate)
        {
            if (_queues.TryGetValue(name, out var queue))
                return queue;
            try
            {
                queue = new EmbeddedQueue(name, NumberOf(name), database, options, time, disk, logger);
            }
            catch (Exception e) when (e is RocksDbException or ObjectDisposedException or InvalidDataException)
            {
                disk.DamagedFiles.Note(e);
                throw new QueueUnavailableException(disk.Explain(e), e);
            }

            _queues.Add(name, queue);
            if (queue.BroughtBack > 0)
                Log.BroughtBack(logger, queue.BroughtBack, name);
            return queue;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var queue in _queues.Values)
                queue.Dispose();
        }
    }

    private int NumberOf(string name)
    {
        if (_meta.GetNumber(MetaKeys.QueuePrefix + name) is { } known)
            return (int)known;
        var next = (_meta.GetNumber(MetaKeys.QueueCount) ?? 0) + 1;
        var batch = new WriteBatchBuffer();
        _meta.Put(batch, MetaKeys.QueuePrefix + name, next);
        _meta.Put(batch, MetaKeys.QueueCount, next);
        database.Write(batch);
        return (int)next;
    }

    private static partial class Log
    {
        [LoggerMessage(2040, LogLevel.Warning, "{Count} messages of {Queue} were hidden until later than they can have been: the clock was ahead when they were, or is behind now. They are visible at once.")]
        public static partial void BroughtBack(ILogger logger, int count, string queue);
    }
}
