namespace InfluencerAnalytics.Queues;

/// <summary>
/// A queue with the semantics of AWS SQS standard queues: at least once, order not kept, visibility timeouts.
/// Safe for concurrent use. Every method throws <see cref="QueueUnavailableException"/> when the queue cannot be reached
/// or cannot take what is sent; nothing then counts as done.
/// </summary>
public interface IMessageQueue
{
    /// <summary>One of <see cref="QueueNames"/>.</summary>
    string Name { get; }

    /// <summary>Visibility and delay are kept in units of this: 1 s on SQS, 1 ms embedded. Round down and wait the rest locally.</summary>
    TimeSpan VisibilityGranularity { get; }

    /// <summary>The longest delay that a send can carry: 15 min on SQS.</summary>
    TimeSpan MaxDelay { get; }

    /// <summary>Sends any number of messages; the adapter batches them. When it returns, all are durable.</summary>
    /// <exception cref="ArgumentException">A body is longer than <see cref="QueueLimits.MaxBodyBytes"/>.</exception>
    ValueTask SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken);

    /// <summary>
    /// Takes up to <paramref name="maxMessages"/> visible messages and hides them for <paramref name="visibility"/>.
    /// Waits up to <paramref name="wait"/> for the first one (long polling); an empty list when none came.
    /// </summary>
    ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Makes messages reappear a time from now: atomically per message, durable when it returns. Zero makes one visible at once.
    /// </summary>
    /// <returns>The receipts that were no longer valid (another receive or a delete came between); empty when all were changed.</returns>
    ValueTask<IReadOnlyList<string>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken);

    /// <summary>Deletes received messages. A receipt that is no longer valid is ignored: the message is delivered again.</summary>
    ValueTask DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken);

    /// <summary>Moves a received message to the dead letters with the reason. It is never in neither of the two. See <see cref="DeadLetterFit"/>.</summary>
    ValueTask MoveToDeadLettersAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a body straight into the dead letters, for a part of a message that is itself deleted afterwards. It always fits: one that is too long is
    /// cut with a mark, see <see cref="DeadLetterFit"/>.
    /// </summary>
    ValueTask SendToDeadLettersAsync(ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken);

    ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken);

    /// <summary>The oldest dead letters first, at most <paramref name="limit"/> of them; fewer when their bodies are large.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Sends dead letters to the queue again, all of them when <paramref name="ids"/> is null. Returns how many.</summary>
    ValueTask<int> ReplayDeadLettersAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken);

    /// <summary>Drops a dead letter for good. False when there is none of that id.</summary>
    ValueTask<bool> DropDeadLetterAsync(string id, CancellationToken cancellationToken);
}
