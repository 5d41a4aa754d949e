using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Carries data points from the queue into the store: many messages become one write, and a message is deleted only after its points are
/// stored. Only what the store itself calls impossible is put aside; whatever else goes wrong, the messages go back to their queue. While the store
/// is away it receives nothing and probes.
/// </summary>
internal sealed partial class Ingester : Worker
{
    // A slot that begins later than this cannot be right: a fetcher may be at most 1 s early, clocks may differ a little.
    private static readonly long MaxFutureMs = (long)SlotGrid.MaxClockDifference.TotalMilliseconds;

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly IMessageQueue _queue;
    private readonly IStoreStatus _status;
    private readonly IngestionOptions _options;
    private readonly PipelineStatistics _statistics;
    private readonly NewerMessages _newerMessages;
    private readonly DeploymentInterval _deployment;
    private readonly StoreWriter _writer;
    private readonly DeadLetterWriter _deadLetters;
    private readonly Episode _expired;
    private TimeSpan _interval = SlotGrid.IntervalBeforeSeeding;
    private long _latestNow;
    private int _messagesPerWrite;

    public Ingester(
        IMessageQueues queues, IDeadLetters deadLetters, IDataPointStore store, IStoreStatus status, IngestionOptions options, PipelineStatistics statistics, NewerMessages newerMessages,
        DeploymentInterval deployment, WorkerHealth health, TimeProvider timeProvider,
        ILogger<Ingester> logger) : base("ingester", health, timeProvider, logger)
    {
        _queue = queues.Get(QueueNames.InfluencerDataPoints);
        _status = status;
        _options = options;
        _statistics = statistics;
        _newerMessages = newerMessages;
        _deployment = deployment;
        _writer = new StoreWriter(store, Count);
        _deadLetters = new DeadLetterWriter(deadLetters, _queue.Name, statistics, timeProvider, logger);
        _expired = new Episode(timeProvider);
        _messagesPerWrite = options.MaxMessagesPerWrite;
    }

    protected override TimeSpan IdlePause => TimeSpan.Zero;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        TellWhatIsOver();
        var status = await _status.GetStatusAsync(stopping);
        if (!status.Ready)
            throw new StoreUnavailableException(status.Detail ?? "The store is not ready.");
        // Only single readings from outside need it, so it may lag behind a change.
        _interval = await _deployment.ReadAsync(stopping);

        var messages = await ReceiveAsync(stopping);
        if (messages.Count > 0)
            await IngestAsync(messages);
        return WorkResult.Worked;
    }

    private async ValueTask<List<ReceivedMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var messages = new List<ReceivedMessage>();
        messages.AddRange(await _queue.ReceiveAsync(_messagesPerWrite, _options.Lease, LongPoll, cancellationToken));
        if (messages.Count is 0 || messages.Count >= _messagesPerWrite || _options.MaxWait == TimeSpan.Zero)
            return messages;
        // Received, so in hand: a stop from here on still ingests what came.
        await Task.Delay(_options.MaxWait, TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
            messages.AddRange(await _queue.ReceiveAsync(_messagesPerWrite - messages.Count, _options.Lease, TimeSpan.Zero, CancellationToken.None));
        return messages;
    }

    private async ValueTask IngestAsync(List<ReceivedMessage> messages)
    {
        var unreadable = new List<(ReceivedMessage, string)>();
        var incoming = Read(messages, unreadable);
        if (incoming.Count > 0)
            await StoreAsync(incoming);
        // Behind the good ones: whatever it is, it must not hold them up.
        foreach (var (message, problem) in unreadable)
            await _deadLetters.MoveAsync(message, problem);
    }

    private async ValueTask StoreAsync(List<IncomingMessage> incoming)
    {
        try
        {
            await _writer.WriteAsync(incoming);
        }
        catch (Exception exception)
        {
            // One that the store fails over without saying why must not keep the others back: alone it fails alone, behind them in the queue.
            if (exception is not StoreUnavailableException)
                _messagesPerWrite = 1;
            // At once, so that they wait in the queue and not for the end of their lease.
            var pending = incoming.FindAll(one => !one.IsDecided).ConvertAll(one => new VisibilityChange(one.Message, TimeSpan.Zero));
            if (pending.Count > 0)
                await _queue.ChangeVisibilityAsync(pending, CancellationToken.None);
            await FinishAsync(incoming.FindAll(one => one.IsDecided));
            throw;
        }
        _messagesPerWrite = Math.Min(_messagesPerWrite * 2, _options.MaxMessagesPerWrite);
        await FinishAsync(incoming);
    }

    /// <summary>Those that can be stored. Messages of a newer version are left where they are, hidden until their lease ends.</summary>
    private List<IncomingMessage> Read(List<ReceivedMessage> messages, List<(ReceivedMessage Message, string Problem)> unreadable)
    {
        var incoming = new List<IncomingMessage>(messages.Count);
        foreach (var message in messages)
        {
            var read = DataPointMessageReader.Read(message.Body, _interval);
            if (read.NewerVersion > 0)
                _newerMessages.Note(_queue.Name, message, read.NewerVersion, _options.Lease, Logger);
            else if ((read.Problem ?? Future(read.Batch!)) is { } problem)
                unreadable.Add((message, problem));
            else
                incoming.Add(new IncomingMessage(message, read.Batch!, read.Rejected));
        }
        return incoming;
    }

    // After the commit: a message that goes back to the queue must not leave another dead letter each time.
    private async ValueTask FinishAsync(List<IncomingMessage> messages)
    {
        var whole = messages.FindAll(message => message.Rejected.Count == 0 && message.Refused.Count == 0);
        if (whole.Count > 0)
            await _queue.DeleteAllAsync(whole.ConvertAll(message => message.Message), CancellationToken.None);
        foreach (var message in messages)
        {
            if (message.Rejected.Count == 0 && message.Refused.Count == 0)
                continue;
            if (!message.IsStored)
            {
                await _deadLetters.MoveAsync(message.Message, DeadLetterWriter.StoreRefuses(message.Refused[0].Reason));
                continue;
            }
            await _deadLetters.PutPartsAsideAsync(message);
            await _queue.DeleteAllAsync([message.Message], CancellationToken.None);
        }
    }

    // By the latest time that this process has seen: what was read before the clock was set back is not lost for it.
    private string? Future(DataPointBatch batch)
    {
        _latestNow = Math.Max(_latestNow, NowMs);
        return batch.Slot > _latestNow + MaxFutureMs
            ? $"Slot {UtcText.Of(batch.Slot)} begins in the future: a clock is wrong where it was fetched, or here."
            : null;
    }

    private void Count(AppendResult result, IReadOnlyList<DataPointBatch> batches)
    {
        var newest = 0L;
        foreach (var batch in batches)
        {
            if (batch.Points.Count > 0)
                newest = Math.Max(newest, batch.Points[^1].RetrievedAt);
        }
        _statistics.StoredPoints(result.Inserted, result.Duplicates, result.Expired, newest > 0 ? Math.Max(0, NowMs - newest) / 1000.0 : null);
        if (result.Refused > 0)
            _statistics.Refused(result.Refused);
        if (result.Expired > 0 && _expired.Happened("", result.Expired))
            Log.PointsExpired(Logger);
    }

    private void TellWhatIsOver()
    {
        _deadLetters.Check();
        _newerMessages.Check(_queue.Name, Logger);
        if (_expired.Over(Quiet) is { } past)
            Log.NoneExpiredAnyMore(Logger, past.Times, past.Seconds);
    }

    private static partial class Log
    {
        [LoggerMessage(1402, LogLevel.Warning, "Data points come that are older than the retention; they are counted and dropped.")]
        public static partial void PointsExpired(ILogger logger);

        [LoggerMessage(1403, LogLevel.Information, "No data points older than the retention come any more; {Count} were dropped in {Seconds} s.")]
        public static partial void NoneExpiredAnyMore(ILogger logger, long count, double seconds);
    }
}
