using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
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

    private readonly IMessageQueue _shards;
    private readonly IMessageQueue _points;
    private readonly TimeProvider _timeProvider;
    private readonly PipelineStatistics _statistics;
    private readonly ILogger _logger;
    private readonly BatchLane<OutgoingMessage> _pointLane;
    private readonly BatchLane<OutgoingMessage> _retryLane;
    private readonly BatchLane<Rearm> _rearmLane;
    private readonly BatchLane<ReceivedMessage> _deleteLane;

    public FetchPublisher(IMessageQueues queues, PipelineStatistics statistics, TimeProvider timeProvider, ILogger<FetchPublisher> logger)
    {
        _shards = queues.Get(QueueNames.InfluencerIdStore);
        _points = queues.Get(QueueNames.InfluencerDataPoints);
        _timeProvider = timeProvider;
        _statistics = statistics;
        _logger = logger;
        _pointLane = new(_points.SendAsync, MaxBatch, QueueLimits.MaxBodyBytes, MaxAge, timeProvider);
        _retryLane = new(_shards.SendAsync, MaxBatch, QueueLimits.MaxBodyBytes, MaxAge, timeProvider);
        _rearmLane = new(RearmAsync, MaxBatch, long.MaxValue, MaxAge, timeProvider);
        _deleteLane = new(_shards.DeleteAsync, MaxBatch, long.MaxValue, MaxAge, timeProvider);
    }

    /// <summary>Sends data points and misses. What the queue does not take until <paramref name="giveUpAt"/> is dropped, counted and logged.</summary>
    public async ValueTask PublishAsync(DataPointBatch batch, long giveUpAt, CancellationToken cancellationToken)
    {
        var dropped = 0;
        foreach (var message in new DataPointMessageWriter().Write(batch.Slot, batch.Interval, batch.Points, batch.Missed))
        {
            if (!await TryUntilAsync(() => _pointLane.AddAsync(message, message.Body.Length, cancellationToken), giveUpAt, cancellationToken))
                dropped += DataPointMessageReader.Read(message.Body, batch.Interval).Batch!.Points.Count;
        }
        if (dropped == 0)
            return;
        _statistics.Dropped(dropped);
        Log.PointsDropped(_logger, dropped, batch.Slot);
    }

    /// <summary>Sends ids for another visit in the same slot.</summary>
    public ValueTask<bool> SendRetryAsync(RetryRequest retry, TimeSpan delay, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage(InfluencerIdMessageFormat.Write(retry), delay < _shards.MaxDelay ? delay : _shards.MaxDelay);
        return TryUntilAsync(() => _retryLane.AddAsync(message, message.Body.Length, cancellationToken), retry.Until, cancellationToken);
    }

    /// <summary>Makes a message reappear at a moment (epoch milliseconds). When that cannot be done in time, its lease ends and it reappears by itself.</summary>
    public ValueTask<bool> RearmAsync(ReceivedMessage message, long dueAt, CancellationToken cancellationToken) =>
        TryUntilAsync(() => _rearmLane.AddAsync(new Rearm(message, dueAt), 1, cancellationToken), dueAt, cancellationToken);

    /// <summary>Deletes a message; one that stays because the queue is away comes again.</summary>
    public ValueTask<bool> DeleteAsync(ReceivedMessage message, long giveUpAt, CancellationToken cancellationToken) =>
        TryUntilAsync(() => _deleteLane.AddAsync(message, 1, cancellationToken), giveUpAt, cancellationToken);

    public ValueTask MoveToDeadLettersAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken) =>
        _shards.MoveToDeadLettersAsync(message, reason, cancellationToken);

    private async ValueTask RearmAsync(IReadOnlyList<Rearm> rearms, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var granularity = (long)_shards.VisibilityGranularity.TotalMilliseconds;
        var changes = new VisibilityChange[rearms.Count];
        for (var i = 0; i < changes.Length; i++)
        {
            // Rounded down: early, the fetcher waits the rest itself; late, the slot would have lost time.
            var wait = Math.Max(0, rearms[i].DueAt - now) / granularity * granularity;
            changes[i] = new VisibilityChange(rearms[i].Message, TimeSpan.FromMilliseconds(wait));
        }
        var expired = await _shards.ChangeVisibilityAsync(changes, cancellationToken);
        if (expired.Count > 0)
            Log.LeasesExpired(_logger, expired.Count);
    }

    private async ValueTask<bool> TryUntilAsync(Func<Task> send, long giveUpAt, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                await send();
                return true;
            }
            catch (QueueUnavailableException exception)
            {
                if (_timeProvider.GetUtcNow().ToUnixTimeMilliseconds() >= giveUpAt)
                    return false;
                Log.QueueAway(_logger, exception.Message);
                await Task.Delay(backoff.Next(), _timeProvider, cancellationToken);
            }
        }
    }

    private readonly record struct Rearm(ReceivedMessage Message, long DueAt);

    private static partial class Log
    {
        [LoggerMessage(1211, LogLevel.Error, "{Count} readings of slot {Slot} were dropped: the queue took nothing until the slot was final.")]
        public static partial void PointsDropped(ILogger logger, int count, long slot);

        [LoggerMessage(1212, LogLevel.Warning, "{Count} messages came to another fetcher before they were re-armed; they may be fetched twice in this slot.")]
        public static partial void LeasesExpired(ILogger logger, int count);

        [LoggerMessage(1213, LogLevel.Warning, "The queue does not take messages: {Reason} Trying again.")]
        public static partial void QueueAway(ILogger logger, string reason);
    }
}
