using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Holds;

/// <summary>
/// Says to a queue of shards what becomes of its messages: re-armed, deleted, followed by a retry, or buried. In batches over all visits.
/// Safe for concurrent use.
/// </summary>
internal sealed partial class MessageSettler
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    // The limit of a queue counts from the receive, and a visit takes minutes. What is due later comes, finds that it is early, and is re-armed for the rest.
    private static readonly TimeSpan LongestRearm = QueueLimits.MaxVisibility - TimeSpan.FromHours(1);

    // Holds are shorter: by then the message has come again, to be settled anew. A shard of the checks is due a day later, and trying until then would pile up.
    private static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(1);

    private readonly IMessageQueue _queue;
    private readonly IDeadLetters _deadLetters;
    private readonly QueuePatience _patience;
    private readonly SeedingRequest _seeding;
    private readonly PipelineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Episode _holdsExpired;
    private readonly Episode _buried;
    private readonly Episode _notBuried;
    private readonly BatchLane<OutgoingMessage> _retryLane;
    private readonly BatchLane<Rearm> _rearmLane;
    private readonly BatchLane<ReceivedMessage> _deleteLane;

    /// <param name="queueName">Of which queue.</param>
    public MessageSettler(
        string queueName, IMessageQueues queues, IDeadLetters deadLetters, QueuePatience patience, SeedingRequest seeding, PipelineMetrics metrics, TimeProvider timeProvider,
        ILogger<MessageSettler> logger)
    {
        _queue = queues.Get(queueName);
        _deadLetters = deadLetters;
        _patience = patience;
        _seeding = seeding;
        _metrics = metrics;
        _logger = logger;
        (_holdsExpired, _buried, _notBuried) = (new(timeProvider), new(timeProvider), new(timeProvider));
        _retryLane = new(_queue.SendAsync, QueueLimits.MaxEntries, QueueLimits.MaxBodyBytes, _queue.BatchDelay, timeProvider);
        _rearmLane = new(RearmAsync, QueueLimits.MaxEntries, long.MaxValue, _queue.BatchDelay, timeProvider);
        _deleteLane = new(_queue.DeleteAsync, QueueLimits.MaxEntries, long.MaxValue, _queue.BatchDelay, timeProvider);
    }

    /// <summary>Settles the message of a visit. What cannot be done in time is left: the message comes again when its hold ends.</summary>
    public async ValueTask SettleAsync(ReceivedMessage message, Settlement settlement)
    {
        // Not cancelled by a stop, which has its own deadline: a shard given back late is a slot late.
        switch (settlement.Kind)
        {
            case SettlementKind.Rearm:
                var due = _patience.DeadlineAt(settlement.At);
                var until = _patience.Elapsed + LongestTry;
                await _patience.TryUntilAsync(() => _rearmLane.AddAsync(new Rearm(message, due), 1, CancellationToken.None), due < until ? due : until, CancellationToken.None);
                break;
            case SettlementKind.Delete:
                await _patience.TryUntilAsync(() => _deleteLane.AddAsync(message, 1, CancellationToken.None), _patience.DeadlineAt(settlement.At), CancellationToken.None);
                break;
            case SettlementKind.LeaveHidden:
                break;
        }
        TellWhatIsOver();
    }

    /// <summary>Sends ids for another visit in the same slot; false when the queue took nothing until the slot was over.</summary>
    public ValueTask<bool> SendRetryAsync(InfluencerIdMessage.Retry retry, TimeSpan delay, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage(InfluencerIdMessageFormat.Write(retry), delay < _queue.MaxDelay ? delay : _queue.MaxDelay);
        return _patience.TryUntilAsync(() => _retryLane.AddAsync(message, message.Body.Length, cancellationToken), _patience.DeadlineAt(retry.Until), cancellationToken);
    }

    /// <summary>
    /// Puts what cannot be read to the dead letters. It may have been a shard, and its influencers are in no other one: the roster is seeded anew. While a store
    /// that keeps the letters is away the message stays, and comes again when its hold ends: fetching does not wait for a store.
    /// </summary>
    public async ValueTask BuryAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await _deadLetters.MoveAsync(_queue.Name, message, reason, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            if (_notBuried.Happened(exception.Message))
                Log.NotBuried(_logger, _queue.Name, exception.Message);
            return;
        }
        if (_buried.Happened(reason))
            Log.Buried(_logger, _queue.Name, reason);
        _metrics.DeadLettered(1);
        _seeding.Note();
    }

    private async ValueTask<IReadOnlyList<EntryFailure>> RearmAsync(IReadOnlyList<Rearm> rearms, CancellationToken cancellationToken)
    {
        var now = _patience.Elapsed;
        var granularity = (long)_queue.VisibilityGranularity.TotalMilliseconds;
        var changes = new VisibilityChange[rearms.Count];
        for (var i = 0; i < changes.Length; i++)
        {
            // Rounded down: early, the fetcher waits the rest itself; late, the slot would have lost time.
            var wait = Math.Clamp((long)(rearms[i].Due - now).TotalMilliseconds, 0, (long)LongestRearm.TotalMilliseconds) / granularity * granularity;
            changes[i] = new VisibilityChange(rearms[i].Message, TimeSpan.FromMilliseconds(wait));
        }
        var failures = await _queue.ChangeVisibilityAsync(changes, cancellationToken);
        var expired = failures.Count(failure => failure.IsStale);
        if (expired > 0 && _holdsExpired.Happened("", expired))
            Log.HoldsExpired(_logger, _queue.Name);
        return failures;
    }

    private void TellWhatIsOver()
    {
        if (_holdsExpired.Over(Quiet) is { } expired)
            Log.NoneExpiredAnyMore(_logger, _queue.Name, expired.Times, expired.Seconds);
        if (_buried.Over(Quiet) is { } buried)
            Log.NoneBuriedAnyMore(_logger, _queue.Name, buried.Times, buried.Seconds);
        if (_notBuried.Over(Quiet) is { } past)
            Log.AllBuriedAgain(_logger, _queue.Name, past.Seconds);
    }

    private readonly record struct Rearm(ReceivedMessage Message, TimeSpan Due);

    private static partial class Log
    {
        [LoggerMessage(1212, LogLevel.Warning, "Messages of {Queue} come to another process before they are re-armed; what they carry may be done twice.")]
        public static partial void HoldsExpired(ILogger logger, string queue);

        [LoggerMessage(1215, LogLevel.Information, "Messages of {Queue} are re-armed in time again; {Count} were not, in {Seconds} s.")]
        public static partial void NoneExpiredAnyMore(ILogger logger, string queue, long count, double seconds);

        [LoggerMessage(1217, LogLevel.Warning, "What comes in {Queue} goes to the dead letters: {Reason}")]
        public static partial void Buried(ILogger logger, string queue, string reason);

        [LoggerMessage(1219, LogLevel.Warning, "What cannot be read in {Queue} stays there, since it cannot be put aside: {Reason}")]
        public static partial void NotBuried(ILogger logger, string queue, string reason);

        [LoggerMessage(1220, LogLevel.Information, "What cannot be read in {Queue} is put aside again, after {Seconds} s.")]
        public static partial void AllBuriedAgain(ILogger logger, string queue, double seconds);

        [LoggerMessage(1218, LogLevel.Information, "Nothing more of {Queue} goes to the dead letters; {Count} messages did in {Seconds} s.")]
        public static partial void NoneBuriedAnyMore(ILogger logger, string queue, long count, double seconds);
    }
}
