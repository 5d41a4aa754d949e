using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>
/// The queues as a fetcher sees them whose queues are on other machines: it goes on from its own disk while they are away. Safe for concurrent use.
/// </summary>
internal sealed class SpoolingQueues : IMessageQueues
{
    private readonly IMessageQueues _remote;
    private readonly IMessageQueue _pointSpool;
    private readonly QueueWatch _pointWatch;
    private readonly QueueWatch _shardWatch;
    private readonly SpooledPoints _points;
    private readonly SpooledShards _shards;
    private readonly SpoolOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <param name="remote">The queues themselves.</param>
    /// <param name="local">On this disk.</param>
    /// <param name="memory">On this disk; read at once.</param>
    /// <param name="options">Of the spool.</param>
    /// <param name="timeProvider">Measures how long a queue is away, and says what is due.</param>
    /// <param name="logger">Told when a queue goes away and comes back.</param>
    public SpoolingQueues(IMessageQueues remote, IMessageQueues local, IShardMemory memory, SpoolOptions options, TimeProvider timeProvider, ILogger<SpoolingQueues> logger)
    {
        (_remote, _options, _timeProvider) = (remote, options, timeProvider);
        _pointWatch = new QueueWatch(QueueNames.InfluencerDataPoints, timeProvider, logger);
        _shardWatch = new QueueWatch(QueueNames.InfluencerIdStore, timeProvider, logger);
        (_pointWatch.Neighbour, _shardWatch.Neighbour) = (_shardWatch, _pointWatch);
        _pointSpool = local.Get(QueueNames.InfluencerDataPoints);
        _points = new SpooledPoints(remote.Get(QueueNames.InfluencerDataPoints), _pointSpool, _pointWatch, options);
        _shards = new SpooledShards(
            remote.Get(QueueNames.InfluencerIdStore), local.Get(QueueNames.InfluencerIdStore), new RememberedShards(memory, timeProvider, logger), _shardWatch, timeProvider);
    }

    public IMessageQueue Get(string name) => name switch
    {
        QueueNames.InfluencerDataPoints => _points,
        QueueNames.InfluencerIdStore => _shards,
        _ => _remote.Get(name),
    };

    /// <summary>The worker that carries what was spooled to its queue.</summary>
    public SpoolDrain NewDrain(WorkerHealth health, ILogger<SpoolDrain> drainLogger) =>
        new(_remote, _pointSpool, _pointWatch, _shardWatch, _options, health, _timeProvider, drainLogger);
}
