using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>
/// The queues as a fetcher sees them whose queues are on other machines: it goes on from its own disk while they are away. Safe for concurrent use.
/// </summary>
/// <param name="remote">The queues themselves.</param>
/// <param name="local">On this disk.</param>
/// <param name="memory">On this disk.</param>
internal sealed class SpoolingQueues(
    IMessageQueues remote, IMessageQueues local, IShardMemory memory, SpoolOptions options, TimeProvider timeProvider, ILogger<SpoolingQueues> logger) : IMessageQueues
{
    private readonly QueueWatch _pointWatch = new(QueueNames.InfluencerDataPoints, timeProvider, logger);
    private readonly QueueWatch _shardWatch = new(QueueNames.InfluencerIdStore, timeProvider, logger);
    private readonly Lock _making = new();
    private bool _areNeighbours;
    private SpooledPoints? _points;
    private SpooledShards? _shards;

    public IMessageQueue Get(string name)
    {
        lock (_making)
        {
            if (!_areNeighbours)
                (_pointWatch.Neighbour, _shardWatch.Neighbour, _areNeighbours) = (_shardWatch, _pointWatch, true);
            return name switch
            {
                QueueNames.InfluencerDataPoints => _points ??= new SpooledPoints(remote.Get(name), local.Get(name), _pointWatch, options),
                QueueNames.InfluencerIdStore => _shards ??= new SpooledShards(remote.Get(name), local.Get(name), new RememberedShards(memory, timeProvider, logger), _shardWatch, timeProvider),
                _ => remote.Get(name),
            };
        }
    }

    /// <summary>The worker that carries what was spooled to its queue.</summary>
    public SpoolDrain NewDrain(SpoolStatistics statistics, Working.WorkerHealth health, ILogger<SpoolDrain> drainLogger) =>
        new(remote, local.Get(QueueNames.InfluencerDataPoints), _pointWatch, _shardWatch, options, statistics, health, timeProvider, drainLogger);
}
