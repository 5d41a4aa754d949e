using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>
/// Asks queues that are away whether they are back, and carries what was spooled to its queue then, the oldest first. A message goes from the spool only after the queue has
/// it: one that was sent when the process died is sent twice, and stored once.
/// </summary>
internal sealed class SpoolDrain(
    IMessageQueues remote, IMessageQueue spool, QueueWatch points, QueueWatch shards, SpoolOptions options, SpoolMetrics metrics, WorkerHealth health, TimeProvider timeProvider,
    ILogger<SpoolDrain> logger) : Worker("spool", health, timeProvider, logger)
{
    // Eight calls of SQS at once.
    private const int MessagesAtOnce = 80;

    private readonly IMessageQueue _points = remote.Get(QueueNames.InfluencerDataPoints);
    private readonly IMessageQueue _shards = remote.Get(QueueNames.InfluencerIdStore);
    private IReadOnlyList<ReceivedMessage> _inHand = [];

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(1);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        await ProbeAsync(_shards, shards, stopping);
        await ProbeAsync(_points, points, stopping);
        metrics.Note(await spool.GetDepthAsync(stopping), options.MaxBytes);
        // Work goes on without it; whoever watches over it is to know.
        if (points.Problem is { } problem)
            return await BlockedAsync(problem, stopping);
        // Kept in hand until all of it is sent, so that none overtakes it. Nobody else takes from the spool; when this process dies, what it held is there at once.
        if (_inHand.Count == 0)
            _inHand = await spool.ReceiveAsync(MessagesAtOnce, QueueLimits.MaxVisibility, TimeSpan.Zero, stopping);
        if (_inHand.Count == 0)
            return shards.Problem is { } away ? await BlockedAsync(away, stopping) : WorkResult.Idle;
        try
        {
            await _points.SendAllAsync([.. _inHand.Select(message => new OutgoingMessage(message.Body))], stopping);
        }
        catch (QueueUnavailableException exception)
        {
            points.Failed(exception);
            return await BlockedAsync(exception.Message, stopping);
        }
        await spool.DeleteAllAsync(_inHand, CancellationToken.None);
        _inHand = [];
        return WorkResult.Worked;
    }

    private async ValueTask<WorkResult> BlockedAsync(string problem, CancellationToken cancellationToken)
    {
        var bytes = (await spool.GetDepthAsync(cancellationToken)).Bytes ?? 0;
        var isFull = bytes + QueueLimits.MaxBodyBytes > options.MaxBytes;
        return WorkResult.Blocked(
            $"{problem} This process goes on from its own disk, where {bytes} bytes of readings wait{(isFull ? ": no more fit (Spool:MaxBytes), and readings are dropped" : "")}.");
    }

    private static async ValueTask ProbeAsync(IMessageQueue queue, QueueWatch watch, CancellationToken cancellationToken)
    {
        if (!watch.IsAway)
            return;
        try
        {
            await queue.GetDepthAsync(cancellationToken);
            watch.Answered();
        }
        catch (QueueUnavailableException exception)
        {
            watch.Failed(exception);
        }
    }
}
