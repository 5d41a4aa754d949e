using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Sends what was fetched and re-arms what was visited, in batches over all visits, and tries again while the queue is away.
/// Safe for concurrent use.
/// </summary>
internal sealed partial class FetchPublisher
{
    // SQS takes 10 entries and 256 KiB a call.
    private const int MaxBatch = 10;

    // Long enough for the visits of one poll to share a call, short against any interval.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(50);

    // A queue that takes every other message is away all the while.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly IMessageQueue _shards;
    private readonly IMessageQueue _points;
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private readonly PipelineStatistics _statistics;
    private readonly ILogger _logger;
    private readonly Episode _away;
    private readonly Episode _dropped;
    private readonly Episode _leasesExpired;
    private readonly Episode _buried;
    private readonly BatchLane<OutgoingMessage> _pointLane;
    private readonly BatchLane<OutgoingMessage> _retryLane;
    private readonly BatchLane<Rearm> _rearmLane;
    private readonly BatchLane<ReceivedMessage> _deleteLane;

    public FetchPublisher(IMessageQueues queues, PipelineStatistics statistics, TimeProvider timeProvider, ILogger<FetchPublisher> logger)
    {
        _shards = queues.Get(QueueNames.InfluencerIdStore);
        _points = queues.Get(QueueNames.InfluencerDataPoints);
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
        _statistics = statistics;
        _logger = logger;
        (_away, _dropped, _leasesExpired, _buried) = (new(timeProvider), new(timeProvider), new(timeProvider), new(timeProvider));
        _pointLane = new(_points.SendAsync, MaxBatch, QueueLimits.MaxBodyBytes, MaxAge, timeProvider);
        _retryLane = new(_shards.SendAsync, MaxBatch, QueueLimits.MaxBodyBytes, MaxAge, timeProvider);
        _rearmLane = new(RearmAsync, MaxBatch, long.MaxValue, MaxAge, timeProvider);
        _deleteLane = new(_shards.DeleteAsync, MaxBatch, long.MaxValue, MaxAge, timeProvider);
    }

    /// <summary>Sends data points and misses. What the queue does not take until <paramref name="giveUpAt"/> is dropped, counted and logged.</summary>
    public async ValueTask PublishAsync(DataPointBatch batch, long giveUpAt, CancellationToken cancellationToken)
    {
        var dropped = 0;
        var deadline = DeadlineAt(giveUpAt);
        foreach (var message in new DataPointMessageWriter().Write(batch.Slot, batch.Interval, batch.Points, batch.Missed))
        {
            if (!await TryUntilAsync(() => _pointLane.AddAsync(message, message.Body.Length, cancellationToken), deadline, cancellationToken))
                dropped += DataPointMessageReader.Read(message.Body, batch.Interval).Batch!.Points.Count;
        }
        if (dropped == 0)
        {
            TellWhatIsOver();
            return;
        }
        _statistics.Dropped(dropped);
        if (_dropped.Happened("", dropped))
            Log.PointsDropped(_logger, UtcText.Of(batch.Slot));
    }

    /// <summary>Sends ids for another visit in the same slot.</summary>
    public ValueTask<bool> SendRetryAsync(RetryRequest retry, TimeSpan delay, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage(InfluencerIdMessageFormat.Write(retry), delay < _shards.MaxDelay ? delay : _shards.MaxDelay);
        return TryUntilAsync(() => _retryLane.AddAsync(message, message.Body.Length, cancellationToken), DeadlineAt(retry.Until), cancellationToken);
    }

    /// <summary>Makes a message reappear at a moment (epoch milliseconds). When that cannot be done in time, its lease ends and it reappears by itself.</summary>
    public ValueTask<bool> RearmAsync(ReceivedMessage message, long dueAt, CancellationToken cancellationToken)
    {
        var due = DeadlineAt(dueAt);
        return TryUntilAsync(() => _rearmLane.AddAsync(new Rearm(message, due), 1, cancellationToken), due, cancellationToken);
    }

    /// <summary>Deletes a message; one that stays because the queue is away comes again.</summary>
    public ValueTask<bool> DeleteAsync(ReceivedMessage message, long giveUpAt, CancellationToken cancellationToken) =>
        TryUntilAsync(() => _deleteLane.AddAsync(message, 1, cancellationToken), DeadlineAt(giveUpAt), cancellationToken);

    public async ValueTask MoveToDeadLettersAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken)
    {
        await _shards.MoveToDeadLettersAsync(message, reason, cancellationToken);
        if (_buried.Happened(reason))
            Log.Buried(_logger, _shards.Name, reason);
    }

    private async ValueTask RearmAsync(IReadOnlyList<Rearm> rearms, CancellationToken cancellationToken)
    {
        var now = Elapsed;
        var granularity = (long)_shards.VisibilityGranularity.TotalMilliseconds;
        var changes = new VisibilityChange[rearms.Count];
        for (var i = 0; i < changes.Length; i++)
        {
            // Rounded down: early, the fetcher waits the rest itself; late, the slot would have lost time.
            var wait = Math.Max(0, (long)(rearms[i].Due - now).TotalMilliseconds) / granularity * granularity;
            changes[i] = new VisibilityChange(rearms[i].Message, TimeSpan.FromMilliseconds(wait));
        }
        var expired = await _shards.ChangeVisibilityAsync(changes, cancellationToken);
        if (expired.Count > 0 && _leasesExpired.Happened("", expired.Count))
            Log.LeasesExpired(_logger);
    }

    // From here on by the monotonic clock: a step of the wall clock must not hide a shard for longer, nor end or prolong what is tried.
    private TimeSpan DeadlineAt(long unixMs) => Elapsed + TimeSpan.FromMilliseconds(unixMs - _timeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    private TimeSpan Elapsed => _timeProvider.GetElapsedTime(_started);

    private async ValueTask<bool> TryUntilAsync(Func<Task> send, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                await send();
                if (_away.Over(Steady) is { } past)
                    Log.QueueBack(_logger, past.Times, past.Seconds);
                return true;
            }
            catch (QueueUnavailableException exception)
            {
                if (Elapsed >= deadline)
                    return false;
                if (_away.Happened(exception.Message))
                    Log.QueueAway(_logger, exception.Message);
                await Task.Delay(backoff.Next(), _timeProvider, cancellationToken);
            }
        }
    }

    private void TellWhatIsOver()
    {
        if (_dropped.Over(Quiet) is { } dropped)
            Log.NoneDroppedAnyMore(_logger, dropped.Times, dropped.Seconds);
        if (_leasesExpired.Over(Quiet) is { } expired)
            Log.NoneExpiredAnyMore(_logger, expired.Times, expired.Seconds);
        if (_buried.Over(Quiet) is { } buried)
            Log.NoneBuriedAnyMore(_logger, _shards.Name, buried.Times, buried.Seconds);
    }

    private readonly record struct Rearm(ReceivedMessage Message, TimeSpan Due);

    private static partial class Log
    {
        [LoggerMessage(1211, LogLevel.Error, "Readings are dropped, the first of slot {Slot}: the queue took nothing until the slot was final.")]
        public static partial void PointsDropped(ILogger logger, string slot);

        [LoggerMessage(1214, LogLevel.Information, "No readings are dropped any more; {Count} were in {Seconds} s.")]
        public static partial void NoneDroppedAnyMore(ILogger logger, long count, double seconds);

        [LoggerMessage(1212, LogLevel.Warning, "Messages come to another fetcher before they are re-armed; they may be fetched twice in this slot.")]
        public static partial void LeasesExpired(ILogger logger);

        [LoggerMessage(1215, LogLevel.Information, "Messages are re-armed in time again; {Count} were not, in {Seconds} s.")]
        public static partial void NoneExpiredAnyMore(ILogger logger, long count, double seconds);

        [LoggerMessage(1213, LogLevel.Warning, "The queue does not take messages: {Reason} Trying again.")]
        public static partial void QueueAway(ILogger logger, string reason);

        [LoggerMessage(1216, LogLevel.Information, "The queue takes messages again, after {Times} failed calls in {Seconds} s.")]
        public static partial void QueueBack(ILogger logger, long times, double seconds);

        [LoggerMessage(1217, LogLevel.Warning, "What comes in {Queue} goes to the dead letters: {Reason}")]
        public static partial void Buried(ILogger logger, string queue, string reason);

        [LoggerMessage(1218, LogLevel.Information, "Nothing more of {Queue} goes to the dead letters; {Count} messages did in {Seconds} s.")]
        public static partial void NoneBuriedAnyMore(ILogger logger, string queue, long count, double seconds);
    }
}
