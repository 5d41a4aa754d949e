using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>
/// Receives shards of the checks as they come due and has them visited. While it may not ask it receives nothing. At stop it receives no
/// more and lets the visits in hand finish.
/// </summary>
internal sealed class Classifier(
    IMessageQueues queues,
    CheckConditions conditions,
    SuspicionLane lane,
    CheckVisits visits,
    CheckVisitor visitor,
    NewerMessages newerMessages,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Classifier> logger) : Worker("classifier", health, timeProvider, logger)
{
    // Half of the time that a stop has: a check may take longer, and comes again then.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.SuspicionChecks);

    protected override TimeSpan IdlePause => lane.IsMissing ? SuspicionLane.LookEvery : TimeSpan.FromMilliseconds(250);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (await conditions.WhyNotAsync(stopping) is { } reason)
            return WorkResult.Blocked(reason);
        newerMessages.Check(_queue.Name, Logger);
        return visits.Visits.AreFull ? WorkResult.Idle : await lane.WithQueueAsync(() => ReceiveAsync(stopping));
    }

    protected override ValueTask DrainAsync(CancellationToken deadline) => visits.Visits.DrainAsync(DrainGrace, deadline);

    private async ValueTask<WorkResult> ReceiveAsync(CancellationToken stopping)
    {
        var heldFor = visits.Visits.HoldDuration;
        var messages = await _queue.ReceiveAsync(QueueLimits.MaxEntries, heldFor, LongPoll, stopping);
        // Its answer is the first to tell the queue's time, or the first since the clock was set: what it brought comes again when its hold ends.
        if (!conditions.IsClockTrusted)
            return WorkResult.Idle;
        var broken = new List<(ReceivedMessage Message, string Reason)>();
        foreach (var message in messages)
            Take(message, heldFor, broken);
        // Behind the others, which must not wait for their holds when this fails.
        foreach (var (message, reason) in broken)
            await visits.Settler.BuryAsync(message, reason, stopping);
        return messages.Count > 0 ? WorkResult.Worked : WorkResult.Idle;
    }

    private void Take(ReceivedMessage message, TimeSpan heldFor, List<(ReceivedMessage Message, string Reason)> broken)
    {
        switch (SuspicionMessageFormat.Read(message.Body))
        {
            case SuspicionMessage.WholeShard { Shard: var shard }:
                visits.Visits.Begin(message, shard.Ids.Count, heldFor, cancellationToken => visitor.VisitAsync(shard, message.SentAt, cancellationToken));
                break;
            case SuspicionMessage.OfNewerVersion newer:
                newerMessages.Note(_queue.Name, message, newer.Version, heldFor, Logger);
                break;
            case SuspicionMessage.Unreadable unreadable:
                broken.Add((message, unreadable.Reason));
                break;
        }
    }
}
