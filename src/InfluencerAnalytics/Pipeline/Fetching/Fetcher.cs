using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Receives shards as they come due and visits them. At stop it receives no more and lets the visits in hand finish.</summary>
internal sealed partial class Fetcher(
    IMessageQueues queues,
    ShardVisitor visitor,
    VisitLeases leases,
    RosterView roster,
    FetchPublisher publisher,
    IRosterService rosterService,
    SeedingRequest seeding,
    ClockGuard clock,
    FetchingOptions options,
    PipelineStatistics statistics,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Fetcher> logger) : Worker("fetcher", health, timeProvider, logger)
{
    // What SQS returns at most.
    private const int MaxReceive = 10;

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _visits = [];
    private readonly CancellationTokenSource _stopVisits = new();
    private readonly Episode _visitFailed = new(timeProvider);
    private readonly Episode _additionsWait = new(timeProvider);
    private Task _adding = Task.CompletedTask;
    private Task _asking = Task.CompletedTask;

    protected override TimeSpan IdlePause => options.PollPause;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        await roster.FirstLookAsync(stopping);
        if (roster.Refusal is { } refusal)
            return WorkResult.Blocked(refusal);
        // A fetcher that receives nothing hears nothing of the queue's clock, so it asks for something else until the two agree.
        if (!clock.IsTrusted(roster.Interval))
            await _queue.GetDepthAsync(stopping);
        if (!clock.IsTrusted(roster.Interval))
            return WorkResult.Blocked($"This machine's clock and the queue's differ by {clock.Difference.TotalSeconds:F1} s. Set the clock; readings would get a wrong slot.");
        if (leases.IdsInHand >= options.MaxIdsInHand)
            return WorkResult.Idle;

        statistics.NewerMessages.Check(_queue.Name, Logger);
        var lease = leases.Lease;
        var messages = await _queue.ReceiveAsync(MaxReceive, lease, LongPoll, stopping);
        var additions = new List<(ReceivedMessage Message, long Id)>();
        var broken = new List<(ReceivedMessage Message, string Reason)>();
        Begin(messages, lease, additions, broken);
        // Not waited for: a fetcher never needs the store in order to fetch. Those that come meanwhile come again.
        if (additions.Count > 0 && _adding.IsCompleted)
            _adding = Remember(AddAsync(additions));
        // Behind the others, which must not wait for their leases when this fails.
        await BuryAsync(broken, stopping);
        if (seeding.IsDue && _asking.IsCompleted)
            _asking = Remember(seeding.AskAsync(_stopVisits.Token));
        return messages.Count == MaxReceive ? WorkResult.Worked : WorkResult.Idle;
    }

    /// <summary>Begins the visits; what is none is put with its kind. Messages of a newer version are left alone.</summary>
    private void Begin(
        IReadOnlyList<ReceivedMessage> messages, TimeSpan lease, List<(ReceivedMessage Message, long Id)> additions, List<(ReceivedMessage Message, string Reason)> broken)
    {
        foreach (var message in messages)
        {
            switch (InfluencerIdMessageFormat.Read(message.Body))
            {
                case InfluencerIdMessage.ShardVisit visit:
                    Start(message, visit.Shard.Ids.Count, lease, begun => visitor.VisitShardAsync(begun, visit.Shard, _stopVisits.Token));
                    break;
                case InfluencerIdMessage.Retry retry:
                    Start(message, retry.Request.Ids.Count, lease, begun => visitor.VisitRetryAsync(begun, retry.Request, _stopVisits.Token));
                    break;
                case InfluencerIdMessage.AddInfluencer addition:
                    additions.Add((message, addition.InfluencerId));
                    break;
                case InfluencerIdMessage.OfNewerVersion newer:
                    // Not re-armed either: a newer fetcher should have it within the slot.
                    statistics.NewerMessages.Note(_queue.Name, message, newer.Version, lease, Logger);
                    break;
                case InfluencerIdMessage.Unreadable unreadable:
                    broken.Add((message, unreadable.Reason));
                    break;
            }
        }
    }

    protected override async ValueTask DrainAsync(CancellationToken deadline)
    {
        // Visits that wait for quick retries or a due time end now; requests in flight get half of the time.
        var grace = Task.Delay(TimeSpan.FromSeconds(3), TimeProvider, deadline);
        await Task.WhenAny(AllVisits(), grace);
        await _stopVisits.CancelAsync();
        await Task.WhenAny(AllVisits(), Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, deadline));
        lock (_lock)
        {
            if (_visits.Count > 0)
                Log.VisitsLeft(Logger, _visits.Count);
        }
        // Else those who renew their leases would wait for them once more, and the stop would take longer than promised.
        leases.Abandon();
    }

    private Task AllVisits()
    {
        lock (_lock)
            return Task.WhenAll(_visits);
    }

    private void Start(ReceivedMessage message, int ids, TimeSpan lease, Func<Visit, Task> visit)
    {
        var begun = leases.Begin(message, ids, lease);
        Remember(Task.Run(() => VisitAsync(begun, visit)));
    }

    private Task Remember(Task task)
    {
        lock (_lock)
            _visits.Add(task);
        _ = task.ContinueWith(RemoveVisit, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    private void RemoveVisit(Task task)
    {
        lock (_lock)
            _visits.Remove(task);
    }

    private async Task VisitAsync(Visit begun, Func<Visit, Task> visit)
    {
        try
        {
            await visit(begun);
            if (_visitFailed.Over(TimeSpan.FromMinutes(1)) is { } past)
                Log.VisitsSucceed(Logger, past.Times, past.Seconds);
        }
        catch (Exception exception)
        {
            // The message was not re-armed or deleted: its lease ends and it comes again.
            if (_visitFailed.Happened($"{exception.GetType()} {exception.Message}"))
                Log.VisitFailed(Logger, begun.Message.Id, exception);
        }
        finally
        {
            await leases.EndAsync(begun);
        }
    }

    private async ValueTask BuryAsync(List<(ReceivedMessage Message, string Reason)> broken, CancellationToken cancellationToken)
    {
        foreach (var (message, reason) in broken)
        {
            await publisher.MoveToDeadLettersAsync(message, reason, cancellationToken);
            statistics.DeadLettered(1);
            seeding.Note();
        }
    }

    // The messages stay in the queue until the store has the influencers.
    private async Task AddAsync(List<(ReceivedMessage Message, long Id)> additions)
    {
        try
        {
            await rosterService.TrackAsync(additions.ConvertAll(addition => addition.Id), _stopVisits.Token);
            await _queue.DeleteAsync(additions.ConvertAll(addition => addition.Message), _stopVisits.Token);
            if (_additionsWait.Over() is { } past)
                Log.AdditionsGoOn(Logger, past.Seconds);
        }
        catch (Exception exception)
        {
            if (_additionsWait.Happened(exception.Message))
                Log.AdditionsWait(Logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1221, LogLevel.Error, "The visit of message {MessageId} failed; it comes again when its lease ends.")]
        public static partial void VisitFailed(ILogger logger, string messageId, Exception exception);

        [LoggerMessage(1222, LogLevel.Warning, "Influencers wait in the queue to be added: {Reason}")]
        public static partial void AdditionsWait(ILogger logger, string reason);

        [LoggerMessage(1224, LogLevel.Information, "Influencers are added again, after {Seconds} s.")]
        public static partial void AdditionsGoOn(ILogger logger, double seconds);

        [LoggerMessage(1225, LogLevel.Information, "Visits succeed again; {Times} failed in {Seconds} s.")]
        public static partial void VisitsSucceed(ILogger logger, long times, double seconds);

        [LoggerMessage(1223, LogLevel.Warning, "{Count} visits were left unfinished at stop; their shards come again when their leases end.")]
        public static partial void VisitsLeft(ILogger logger, int count);
    }
}
