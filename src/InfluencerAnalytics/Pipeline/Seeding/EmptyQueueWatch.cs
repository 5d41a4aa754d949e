using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>
/// Asks for a seeding when the queue holds no shard though there is a roster and a generation is sealed: it was purged, made anew, or it is another one than
/// before. A shard never leaves its queue, so that a queue without any is no moment between two.
/// </summary>
internal sealed partial class EmptyQueueWatch(
    IMessageQueues queues,
    IGenerationStore generations,
    IRosterStore roster,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<EmptyQueueWatch> logger) : Worker("shards in the queue", health, timeProvider, logger)
{
    // What SQS says of its depth lags behind by some seconds.
    private const int LooksUntilBelieved = 3;

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);
    private int _emptyLooks;

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(10);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var state = await generations.ReadGenerationsAsync(stopping);
        if (state.Sealed is null || state.IsRequested || await IsRosterEmptyAsync(stopping) || !await IsQueueEmptyAsync(stopping))
        {
            _emptyLooks = 0;
            return WorkResult.Idle;
        }
        if (++_emptyLooks < LooksUntilBelieved)
            return WorkResult.Idle;
        _emptyLooks = 0;
        await generations.RequestGenerationAsync(stopping);
        Log.SeedingAsked(Logger, _queue.Name);
        return WorkResult.Idle;
    }

    private async ValueTask<bool> IsRosterEmptyAsync(CancellationToken cancellationToken) =>
        await roster.CountRosterAsync(cancellationToken) is { Tracked: 0, Gone: 0 };

    private async ValueTask<bool> IsQueueEmptyAsync(CancellationToken cancellationToken) =>
        await _queue.GetDepthAsync(cancellationToken) is { Waiting: 0, InFlight: 0, Delayed: 0 };

    private static partial class Log
    {
        [LoggerMessage(1305, LogLevel.Warning, "The queue {Queue} holds no shard though there is a roster: it was purged, made anew, or it is another queue than before. The roster is seeded again.")]
        public static partial void SeedingAsked(ILogger logger, string queue);
    }
}
