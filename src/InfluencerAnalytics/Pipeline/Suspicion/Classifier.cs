using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>
/// Receives shards of the checks as they come due and has them visited. While the store is away it receives nothing: it needs the numbers that are to be judged. At stop it receives no
/// more and lets the visits in hand finish.
/// </summary>
internal sealed class Classifier(
    IMessageQueues queues,
    IStoreStatus store,
    ProviderCheck provider,
    CheckVisits lane,
    CheckVisitor visitor,
    VerdictSink verdicts,
    NewerMessages newerMessages,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Classifier> logger) : Worker("classifier", health, timeProvider, logger)
{
    // Half of the time that a stop has: a check may take longer, and comes again then.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    // Where verdicts cannot be stored, though the store is there, a few shards find out so often whether they still cannot.
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(1);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.SuspicionChecks);
    private long? _lookedAt;

    protected override TimeSpan IdlePause => TimeSpan.FromMilliseconds(250);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var status = await store.GetStatusAsync(stopping);
        if (!status.Ready)
            throw new StoreUnavailableException(status.Detail ?? "The store is not ready.");
        if (_lookedAt is not { } at || TimeProvider.GetElapsedTime(at) >= LookEvery)
        {
            await provider.LookAsync(stopping);
            _lookedAt = TimeProvider.GetTimestamp();
        }
        if (provider.Refusal is { } refusal)
            return WorkResult.Blocked(refusal);
        if (verdicts.Problem is { } problem && problem.Age < TryAgainAfter)
            return WorkResult.Blocked($"Verdicts cannot be stored, and nobody is asked for them: {problem.Reason}");
        newerMessages.Check(_queue.Name, Logger);
        if (lane.Visits.AreFull)
            return WorkResult.Idle;

        var heldFor = lane.Visits.HoldDuration;
        var messages = await _queue.ReceiveAsync(QueueLimits.MaxEntries, heldFor, LongPoll, stopping);
        var broken = new List<(ReceivedMessage Message, string Reason)>();
        foreach (var message in messages)
            Take(message, heldFor, broken);
        // Behind the others, which must not wait for their holds when this fails.
        foreach (var (message, reason) in broken)
            await lane.Settler.BuryAsync(message, reason, stopping);
        return messages.Count > 0 ? WorkResult.Worked : WorkResult.Idle;
    }

    protected override ValueTask DrainAsync(CancellationToken deadline) => lane.Visits.DrainAsync(DrainGrace, deadline);

    private void Take(ReceivedMessage message, TimeSpan heldFor, List<(ReceivedMessage Message, string Reason)> broken)
    {
        switch (SuspicionMessageFormat.Read(message.Body))
        {
            case SuspicionMessage.WholeShard { Shard: var shard }:
                lane.Visits.Begin(message, shard.Ids.Count, heldFor, cancellationToken => visitor.VisitAsync(shard, message.SentAt, cancellationToken));
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
