using System.Globalization;
using System.Text;
using Amazon.SQS;
using Amazon.SQS.Model;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Connection;

namespace InfluencerAnalytics.Sqs.Queues;

/// <summary>
/// A standard queue of AWS SQS. Its receipts outlive the next receive: one that another holder has by now is often still taken, which does no harm, since all
/// holders re-arm to the same grid. Safe for concurrent use.
/// </summary>
internal sealed class SqsQueue(string name, SqsConnection connection) : IMessageQueue
{
    // Calls of one request of ours at a time: as many as a seeding of a million keeps busy without being throttled.
    private const int CallsAtOnce = 8;

    private static readonly List<string> Attributes = [MessageSystemAttributeName.ApproximateReceiveCount, MessageSystemAttributeName.SentTimestamp];

    private static readonly List<string> Depths =
    [
        QueueAttributeName.ApproximateNumberOfMessages, QueueAttributeName.ApproximateNumberOfMessagesNotVisible, QueueAttributeName.ApproximateNumberOfMessagesDelayed,
    ];

    private readonly ReceiveSize _receiveSize = new();

    public string Name => name;

    public TimeSpan VisibilityGranularity => TimeSpan.FromSeconds(1);

    /// <summary>A million influencers a minute are 33 shards a second: over four fetchers, about eight of them share a call. A hold has more left than this when its visit is over.</summary>
    public TimeSpan BatchDelay => TimeSpan.FromSeconds(1);

    /// <summary>Of three queues, every process asks at each report: every 10 s, and whenever someone looks. SQS itself says what was true up to a minute ago.</summary>
    public TimeSpan DepthKeeps => TimeSpan.FromSeconds(20);

    public TimeSpan MaxDelay => TimeSpan.FromMinutes(15);

    public ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            if (message.Body.Length > QueueLimits.MaxBodyBytes)
                throw new ArgumentException($"A message of {message.Body.Length} bytes is longer than {QueueLimits.MaxBodyBytes}.", nameof(messages));
        }
        var batches = BatchSplit.Of(messages.Count, i => messages[i].Body.Length, connection.Options.MaxBatchBytes);
        // What has no receipt is not stale, whatever the code: it is to be sent again.
        return InBatchesAsync("SendMessageBatch", batches, i => messages[i].Body.Length, static _ => false, async (client, url, batch, cancellation) =>
        {
            var entries = Entries(batch, i => new SendMessageBatchRequestEntry
            {
                Id = Id(i),
                MessageBody = Encoding.UTF8.GetString(messages[i].Body.Span),
                DelaySeconds = Seconds(messages[i].Delay, MaxDelay),
            });
            var answer = await client.SendMessageBatchAsync(new SendMessageBatchRequest(url, entries), cancellation);
            return new BatchAnswer(answer.Successful?.Select(entry => entry.Id), answer.Failed);
        }, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var asked = Math.Min(maxMessages, _receiveSize.Entries);
        var received = await ReceiveOnceAsync(asked, visibility, wait, cancellationToken);
        // A full answer says that there is more.
        for (var last = received.Count; last == asked && received.Count < maxMessages;)
        {
            asked = Math.Min(maxMessages - received.Count, _receiveSize.Entries);
            try
            {
                var more = await ReceiveOnceAsync(asked, visibility, TimeSpan.Zero, cancellationToken);
                last = more.Count;
                received.AddRange(more);
            }
            catch (Exception exception) when (exception is QueueUnavailableException or OperationCanceledException)
            {
                // What came is hidden from the others already.
                break;
            }
        }
        return received;
    }

    public ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken) =>
        InBatchesAsync("ChangeMessageVisibilityBatch", ByCount(changes.Count), static _ => 0, SqsErrors.IsStale, async (client, url, batch, cancellation) =>
        {
            var entries = Entries(batch, i => new ChangeMessageVisibilityBatchRequestEntry(Id(i), changes[i].Message.Receipt)
            {
                VisibilityTimeout = Seconds(changes[i].Visibility, QueueLimits.MaxVisibility),
            });
            var answer = await client.ChangeMessageVisibilityBatchAsync(new ChangeMessageVisibilityBatchRequest(url, entries), cancellation);
            return new BatchAnswer(answer.Successful?.Select(entry => entry.Id), answer.Failed);
        }, cancellationToken);

    public async ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken)
    {
        var failures = await InBatchesAsync("DeleteMessageBatch", ByCount(messages.Count), static _ => 0, SqsErrors.IsStale, async (client, url, batch, cancellation) =>
        {
            var entries = Entries(batch, i => new DeleteMessageBatchRequestEntry(Id(i), messages[i].Receipt));
            var answer = await client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest(url, entries), cancellation);
            return new BatchAnswer(answer.Successful?.Select(entry => entry.Id), answer.Failed);
        }, cancellationToken);
        return [.. failures.Where(failure => !failure.IsStale)];
    }

    public ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken) =>
        connection.CallAsync(name, "GetQueueAttributes", async (client, url, cancellation) =>
        {
            var attributes = (await client.GetQueueAttributesAsync(new GetQueueAttributesRequest(url, Depths), cancellation)).Attributes;
            return new QueueDepth(
                Number(attributes, QueueAttributeName.ApproximateNumberOfMessages), Number(attributes, QueueAttributeName.ApproximateNumberOfMessagesNotVisible),
                Number(attributes, QueueAttributeName.ApproximateNumberOfMessagesDelayed), OldestWaitingSeconds: null, Bytes: null);
        }, TimeSpan.Zero, cancellationToken);

    private async ValueTask<List<ReceivedMessage>> ReceiveOnceAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Upwards: a wait of none asks a part of SQS's servers only.
        var waitSeconds = (int)Math.Ceiling(Math.Min(wait.TotalSeconds, QueueLimits.MaxWait.TotalSeconds));
        var received = await connection.CallAsync(name, "ReceiveMessage", async (client, url, cancellation) =>
            (await client.ReceiveMessageAsync(
                new ReceiveMessageRequest(url)
                {
                    MaxNumberOfMessages = maxMessages,
                    VisibilityTimeout = Seconds(visibility, QueueLimits.MaxVisibility),
                    WaitTimeSeconds = waitSeconds,
                    MessageSystemAttributeNames = Attributes,
                },
                cancellation)).Messages?.ConvertAll(Read) ?? [],
            TimeSpan.FromSeconds(waitSeconds), cancellationToken, receivedBytes: static messages => messages.Sum(static message => (long)message.Body.Length));
        _receiveSize.Note(received);
        return received;
    }

    private static ReceivedMessage Read(Message message) => new(
        message.MessageId, message.ReceiptHandle, Encoding.UTF8.GetBytes(message.Body),
        (int)Number(message.Attributes, MessageSystemAttributeName.ApproximateReceiveCount), Number(message.Attributes, MessageSystemAttributeName.SentTimestamp));

    // A batch that fails as a whole fails for its own entries, unless none succeeds.
    private async ValueTask<IReadOnlyList<EntryFailure>> InBatchesAsync(
        string action, List<(int Start, int Count)> batches, Func<int, int> bytesOf, Func<BatchResultErrorEntry, bool> isStale,
        Func<IAmazonSQS, string, (int Start, int Count), CancellationToken, Task<BatchAnswer>> call, CancellationToken cancellationToken)
    {
        var failures = new List<EntryFailure>();
        QueueUnavailableException? away = null;
        var succeeded = 0;
        foreach (var part in batches.Chunk(CallsAtOnce))
        {
            var calls = Array.ConvertAll(part, batch => connection.CallAsync(
                name, action, (client, url, cancellation) => call(client, url, batch, cancellation), TimeSpan.Zero, cancellationToken,
                Enumerable.Range(batch.Start, batch.Count).Sum(i => (long)bytesOf(i))).AsTask());
            for (var i = 0; i < calls.Length; i++)
            {
                try
                {
                    AddFailures(part[i], await calls[i], isStale, failures);
                    succeeded++;
                }
                catch (QueueUnavailableException exception)
                {
                    away = exception;
                    failures.AddRange(Enumerable.Range(part[i].Start, part[i].Count).Select(index => new EntryFailure(index, exception.Message)));
                }
            }
        }
        return away is not null && succeeded == 0 ? throw away : failures;
    }

    // What is not confirmed is not done, whatever else the answer says.
    private static void AddFailures((int Start, int Count) batch, BatchAnswer answer, Func<BatchResultErrorEntry, bool> isStale, List<EntryFailure> failures)
    {
        var done = answer.Done?.ToHashSet(StringComparer.Ordinal) ?? [];
        for (var i = batch.Start; i < batch.Start + batch.Count; i++)
        {
            if (done.Contains(Id(i)))
                continue;
            var failure = answer.Failed?.Find(failed => failed.Id == Id(i));
            failures.Add(failure is null ? new EntryFailure(i, "SQS did not confirm it.") : new EntryFailure(i, $"SQS: {failure.Code} {failure.Message}", isStale(failure)));
        }
    }

    private static List<(int Start, int Count)> ByCount(int count) => BatchSplit.Of(count, static _ => 0, 0);

    private static List<T> Entries<T>((int Start, int Count) batch, Func<int, T> make)
    {
        var entries = new List<T>(batch.Count);
        for (var i = batch.Start; i < batch.Start + batch.Count; i++)
            entries.Add(make(i));
        return entries;
    }

    private static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);

    // Down: what comes early waits the rest with its holder.
    private static int Seconds(TimeSpan time, TimeSpan max) => (int)Math.Clamp(Math.Floor(time.TotalSeconds), 0, max.TotalSeconds);

    private static long Number(Dictionary<string, string>? attributes, string attribute) =>
        attributes is not null && attributes.TryGetValue(attribute, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <param name="Done">The ids of the entries that it confirms.</param>
    /// <param name="Failed">The others, with the reason.</param>
    private readonly record struct BatchAnswer(IEnumerable<string>? Done, List<BatchResultErrorEntry>? Failed);
}
