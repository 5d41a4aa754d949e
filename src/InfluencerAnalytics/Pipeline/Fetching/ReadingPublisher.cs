using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Sends what was read, and who was missed, to the ingester's queue, in batches over all visits. Safe for concurrent use.
/// </summary>
internal sealed partial class ReadingPublisher(
    IMessageQueues queues,
    QueuePatience patience,
    PipelineMetrics metrics,
    TimeProvider timeProvider,
    ILogger<ReadingPublisher> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly BatchLane<OutgoingMessage> _lane = new(
        queues.Get(QueueNames.InfluencerDataPoints).SendAsync, QueueLimits.MaxEntries, QueueLimits.MaxBodyBytes, queues.Get(QueueNames.InfluencerDataPoints).BatchDelay, timeProvider);
    private readonly Episode _dropped = new(timeProvider);

    /// <summary>Sends data points and misses. What the queue does not take until the slot is final is dropped, counted and logged.</summary>
    /// <param name="batch">Of one slot.</param>
    /// <param name="giveUpAt">In epoch milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask PublishAsync(DataPointBatch batch, long giveUpAt, CancellationToken cancellationToken)
    {
        var dropped = 0;
        var deadline = patience.DeadlineAt(giveUpAt);
        foreach (var message in new DataPointMessageWriter().Write(batch.Slot, batch.Interval, batch.Points, batch.Missed))
        {
            if (!await patience.TryUntilAsync(() => _lane.AddAsync(message, message.Body.Length, cancellationToken), deadline, cancellationToken))
                dropped += DataPointMessageReader.Read(message.Body, batch.Interval).Batch!.Points.Count;
        }
        if (dropped > 0)
        {
            metrics.Dropped(dropped);
            if (_dropped.Happened("", dropped))
                Log.PointsDropped(logger, UtcText.Of(batch.Slot));
        }
        else if (_dropped.Over(Quiet) is { } past)
        {
            Log.NoneDroppedAnyMore(logger, past.Times, past.Seconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1211, LogLevel.Error, "Readings are dropped, the first of slot {Slot}: the queue took nothing until the slot was final.")]
        public static partial void PointsDropped(ILogger logger, string slot);

        [LoggerMessage(1214, LogLevel.Information, "No readings are dropped any more; {Count} were in {Seconds} s.")]
        public static partial void NoneDroppedAnyMore(ILogger logger, long count, double seconds);
    }
}
