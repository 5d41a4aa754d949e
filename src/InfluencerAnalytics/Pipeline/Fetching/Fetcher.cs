using InfluencerAnalytics.Pipeline.Fetching.Leases;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Receives shards as they come due and has them visited. At stop it receives no more and lets the visits in hand finish.</summary>
internal sealed class Fetcher(
    IMessageQueues queues,
    FetchConditions conditions,
    Visits visits,
    Visitor visitor,
    MessageSettler settler,
    RosterAdditions additions,
    NewerMessages newerMessages,
    FetchingOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Fetcher> logger) : Worker("fetcher", health, timeProvider, logger)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    // Requests in flight get half of the time that a stop has; visits that wait for quick retries or a due time end then.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(3);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);

    protected override TimeSpan IdlePause => options.PollPause;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (await conditions.WhyNotAsync(stopping) is { } reason)
            return WorkResult.Blocked(reason);
        if (visits.AreFull)
            return WorkResult.Idle;

        newerMessages.Check(_queue.Name, Logger);
        var duration = visits.LeaseDuration;
        var messages = await _queue.ReceiveAsync(QueueLimits.MaxEntries, duration, LongPoll, stopping);
        var broken = new List<(ReceivedMessage Message, string Reason)>();
        foreach (var message in messages)
            Take(message, duration, broken);
        // Behind the others, which must not wait for their leases when this fails.
        foreach (var (message, problem) in broken)
            await settler.BuryAsync(message, problem, stopping);
        return messages.Count == QueueLimits.MaxEntries ? WorkResult.Worked : WorkResult.Idle;
    }

    protected override ValueTask DrainAsync(CancellationToken deadline) => visits.DrainAsync(DrainGrace, deadline);

    private void Take(ReceivedMessage message, TimeSpan leasedFor, List<(ReceivedMessage Message, string Reason)> broken)
    {
        switch (InfluencerIdMessageFormat.Read(message.Body))
        {
            case InfluencerIdMessage.WholeShard { Shard: var shard }:
                visits.Begin(message, shard.Ids.Count, leasedFor, cancellationToken => visitor.VisitAsync(shard, cancellationToken));
                break;
            case InfluencerIdMessage.Retry retry:
                visits.Begin(message, retry.Ids.Count, leasedFor, cancellationToken => visitor.VisitAsync(retry, cancellationToken));
                break;
            case InfluencerIdMessage.AddInfluencer addition:
                additions.Take(message, addition.InfluencerId);
                break;
            case InfluencerIdMessage.OfNewerVersion newer:
                // Not re-armed either: a newer fetcher should have it within the slot.
                newerMessages.Note(_queue.Name, message, newer.Version, leasedFor, Logger);
                break;
            case InfluencerIdMessage.Unreadable unreadable:
                broken.Add((message, unreadable.Reason));
                break;
        }
    }
}
