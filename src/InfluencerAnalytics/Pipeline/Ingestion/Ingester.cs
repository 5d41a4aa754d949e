using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Carries data points from the queue into the store: many messages become one write, and a message is deleted only after its points are
/// stored. Only what the store itself calls impossible is put aside; whatever else goes wrong, the messages go back to their queue. While the store
/// is away it receives nothing and probes.
/// </summary>
internal sealed class Ingester(
    IMessageQueues queues,
    IStoreStatus store,
    IncomingReader reader,
    StoreWriter writer,
    DeadLetterWriter deadLetters,
    IngestionOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Ingester> logger) : Worker("ingester", health, timeProvider, logger)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerDataPoints);
    private readonly PollPace _pace = new(options.MaxMessagesPerWrite);
    private int _messagesPerWrite = options.MaxMessagesPerWrite;
    private TimeSpan _pause;

    protected override TimeSpan IdlePause => _pause;

    // Where a poll costs money, messages wait for others before they are polled for; elsewhere in hand, for as long as is configured.
    private bool IsPaced => _queue.BatchDelay > options.MaxWait;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        TellWhatIsOver();
        var status = await store.GetStatusAsync(stopping);
        if (!status.Ready)
            throw new StoreUnavailableException(status.Detail ?? "The store is not ready.");
        await reader.PrepareAsync(stopping);

        var messages = await ReceiveAsync(stopping);
        if (messages.Count > 0)
            await IngestAsync(messages);
        _pause = IsPaced && _messagesPerWrite == options.MaxMessagesPerWrite ? _pace.After(messages.Count, options.MaxWait, _queue.BatchDelay) : TimeSpan.Zero;
        return _pause == TimeSpan.Zero ? WorkResult.Worked : WorkResult.Idle;
    }

    private async ValueTask<List<ReceivedMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var messages = new List<ReceivedMessage>();
        messages.AddRange(await _queue.ReceiveAsync(_messagesPerWrite, options.Lease, LongPoll, cancellationToken));
        if (messages.Count is 0 || messages.Count >= _messagesPerWrite || options.MaxWait == TimeSpan.Zero || IsPaced)
            return messages;
        // Received, so in hand: a stop from here on still ingests what came.
        await Task.Delay(options.MaxWait, TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
            messages.AddRange(await _queue.ReceiveAsync(_messagesPerWrite - messages.Count, options.Lease, TimeSpan.Zero, CancellationToken.None));
        return messages;
    }

    private async ValueTask IngestAsync(List<ReceivedMessage> messages)
    {
        var unreadable = new List<(ReceivedMessage, string)>();
        var incoming = reader.Read(messages, unreadable);
        if (incoming.Count > 0)
            await StoreAsync(incoming);
        // Behind the good ones: whatever it is, it must not hold them up.
        foreach (var (message, problem) in unreadable)
            await deadLetters.MoveAsync(message, problem);
    }

    private async ValueTask StoreAsync(List<IncomingMessage> incoming)
    {
        var began = TimeProvider.GetUtcNow();
        try
        {
            await writer.WriteAsync(incoming);
            WriteSpans.Tell(incoming, began, TimeProvider.GetUtcNow(), null);
        }
        catch (Exception exception)
        {
            WriteSpans.Tell(incoming, began, TimeProvider.GetUtcNow(), exception);
            // One that the store fails over without saying why must not keep the others back: alone it fails alone, behind them in the queue. And what is too much for one write, since
            // the store takes longer over it than is waited for, would be so for ever.
            _messagesPerWrite = exception is StoreUnavailableException ? Math.Max(1, _messagesPerWrite / 2) : 1;
            // At once, so that they wait in the queue and not for the end of their hold.
            var pending = incoming.FindAll(one => !one.IsDecided).ConvertAll(one => new VisibilityChange(one.Message, TimeSpan.Zero));
            if (pending.Count > 0)
                await _queue.ChangeVisibilityAsync(pending, CancellationToken.None);
            await FinishAsync(incoming.FindAll(one => one.IsDecided));
            throw;
        }
        _messagesPerWrite = Math.Min(_messagesPerWrite * 2, options.MaxMessagesPerWrite);
        await FinishAsync(incoming);
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
                await deadLetters.MoveAsync(message.Message, DeadLetterWriter.StoreRefuses(message.Refused[0].Reason));
                continue;
            }
            await deadLetters.PutPartsAsideAsync(message);
            await _queue.DeleteAllAsync([message.Message], CancellationToken.None);
        }
    }

    private void TellWhatIsOver()
    {
        deadLetters.Check();
        reader.Check();
        writer.Check();
    }
}
