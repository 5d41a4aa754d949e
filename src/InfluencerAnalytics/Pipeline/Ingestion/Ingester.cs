using System.Text;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Carries data points from the queue into the store: many messages become one write, and a message is deleted only after its points are
/// stored. While the store is away it receives nothing and probes.
/// </summary>
internal sealed partial class Ingester(
    IMessageQueues queues,
    IInfluencerStore store,
    IngestionOptions options,
    PipelineStatistics statistics,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Ingester> logger) : Worker("ingester", health, timeProvider, logger)
{
    // A slot that begins later than this cannot be right: a fetcher may be at most 1 s early, clocks may differ a little.
    private const long MaxFutureMs = 2000;

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerDataPoints);
    private TimeSpan _interval = TimeSpan.FromMinutes(1);
    private long _intervalReadAt;

    protected override TimeSpan IdlePause => TimeSpan.Zero;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var status = await store.GetStatusAsync(stopping);
        if (!status.Ready)
            throw new StoreUnavailableException(status.Detail ?? "The store is not ready.");
        await RefreshIntervalAsync(stopping);

        var messages = await ReceiveAsync(stopping);
        if (messages.Count > 0)
            await IngestAsync(messages, stopping);
        return WorkResult.Worked;
    }

    private async ValueTask<List<ReceivedMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var messages = new List<ReceivedMessage>();
        messages.AddRange(await _queue.ReceiveAsync(options.MaxMessagesPerWrite, options.Lease, LongPoll, cancellationToken));
        if (messages.Count is 0 || messages.Count >= options.MaxMessagesPerWrite || options.MaxWait == TimeSpan.Zero)
            return messages;
        // Received, so in hand: a stop from here on still ingests what came.
        await Task.Delay(options.MaxWait, TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
            messages.AddRange(await _queue.ReceiveAsync(options.MaxMessagesPerWrite - messages.Count, options.Lease, TimeSpan.Zero, CancellationToken.None));
        return messages;
    }

    private async ValueTask IngestAsync(List<ReceivedMessage> messages, CancellationToken stopping)
    {
        var batches = new List<DataPointBatch>(messages.Count);
        var done = new List<ReceivedMessage>(messages.Count);
        List<(DataPointBatch Batch, string Json, string Reason)>? rejected = null;
        foreach (var message in messages)
        {
            var read = DataPointMessageReader.Read(message.Body, _interval);
            var problem = read.Problem ?? Future(read.Batch!);
            if (problem is not null)
            {
                await _queue.MoveToDeadLettersAsync(message, problem, CancellationToken.None);
                statistics.DeadLettered(1);
                continue;
            }
            foreach (var (json, reason) in read.Rejected)
                (rejected ??= []).Add((read.Batch!, json, reason));
            batches.Add(read.Batch!);
            done.Add(message);
        }
        if (batches.Count == 0)
            return;
        try
        {
            await AppendAsync(batches, done);
        }
        catch (StoreUnavailableException) when (!stopping.IsCancellationRequested)
        {
            // Back to the queue at once, so that they wait there and not for the end of their lease.
            await _queue.ChangeVisibilityAsync(done.ConvertAll(message => new VisibilityChange(message, TimeSpan.Zero)), CancellationToken.None);
            throw;
        }
        // After the commit: a message that goes back to the queue must not leave another dead letter each time.
        foreach (var (batch, json, reason) in rejected ?? [])
            await RejectPointAsync(batch, json, reason);
        await _queue.DeleteAsync(done, CancellationToken.None);
    }

    private async ValueTask AppendAsync(List<DataPointBatch> batches, List<ReceivedMessage> messages)
    {
        try
        {
            Count(await store.AppendAsync(batches, CancellationToken.None), batches);
        }
        catch (Exception exception) when (exception is not StoreUnavailableException)
        {
            if (batches.Count == 1)
            {
                await BuryAsync(messages[0], exception);
                messages.Clear();
                return;
            }
            // One of them is something that the store cannot take. Alone it fails alone, and does not come back with the others for ever.
            var taken = new List<ReceivedMessage>(messages.Count);
            for (var i = 0; i < batches.Count; i++)
            {
                List<ReceivedMessage> one = [messages[i]];
                await AppendAsync([batches[i]], one);
                taken.AddRange(one);
            }
            messages.Clear();
            messages.AddRange(taken);
        }
    }

    private async ValueTask BuryAsync(ReceivedMessage message, Exception exception)
    {
        await _queue.MoveToDeadLettersAsync(message, $"The store cannot take it: {exception.Message}", CancellationToken.None);
        statistics.DeadLettered(1);
        Log.MessageRefused(Logger, exception);
    }

    private string? Future(DataPointBatch batch) =>
        batch.Slot > NowMs + MaxFutureMs
            ? $"Slot {DateTimeOffset.FromUnixTimeMilliseconds(batch.Slot):o} begins in the future: a clock is wrong where it was fetched, or here."
            : null;

    // One bad point never holds up the good ones around it: it goes to the dead letters as a message of its own.
    private async ValueTask RejectPointAsync(DataPointBatch batch, string json, string reason)
    {
        var body = $$"""{"v":1,"slot":{{batch.Slot}},"interval":{{(long)batch.Interval.TotalSeconds}},"points":[{{json}}],"missed":[]}""";
        await _queue.SendToDeadLettersAsync(Encoding.UTF8.GetBytes(body), reason, CancellationToken.None);
        statistics.DeadLettered(1);
        Log.PointRejected(Logger, batch.Slot, reason);
    }

    private void Count(AppendResult result, List<DataPointBatch> batches)
    {
        var newest = 0L;
        foreach (var batch in batches)
        {
            if (batch.Points.Count > 0)
                newest = Math.Max(newest, batch.Points[^1].RetrievedAt);
        }
        statistics.StoredPoints(result.Inserted, result.Duplicates, result.Expired, newest > 0 ? Math.Max(0, NowMs - newest) / 1000.0 : null);
        if (result.Refused > 0)
            statistics.Refused(result.Refused);
        if (result.Expired > 0)
            Log.PointsExpired(Logger, result.Expired);
    }

    // Only single readings from outside need it, so it may lag behind a change.
    private async ValueTask RefreshIntervalAsync(CancellationToken cancellationToken)
    {
        if (NowMs - _intervalReadAt < 10_000)
            return;
        if ((await store.ReadGenerationsAsync(cancellationToken)).Sealed is { } generation)
            _interval = generation.Interval;
        _intervalReadAt = NowMs;
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Warning, "A data point of slot {Slot} went to the dead letters: {Reason}")]
        public static partial void PointRejected(ILogger logger, long slot, string reason);

        [LoggerMessage(1403, LogLevel.Error, "The store cannot take a message; it went to the dead letters.")]
        public static partial void MessageRefused(ILogger logger, Exception exception);

        [LoggerMessage(1402, LogLevel.Warning, "{Count} data points were older than the retention and were dropped.")]
        public static partial void PointsExpired(ILogger logger, int count);
    }
}
