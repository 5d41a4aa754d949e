namespace InfluencerAnalytics.Queues;

/// <summary>
/// A queue with the semantics of AWS SQS standard queues: at least once, order not kept, visibility timeouts.
/// Safe for concurrent use. Every method throws <see cref="QueueUnavailableException"/> when the queue cannot be reached
/// or cannot take what is sent; nothing then counts as done. A batch that is done in part says which entries are not.
/// </summary>
public interface IMessageQueue
{
    /// <summary>One of <see cref="QueueNames"/>.</summary>
    string Name { get; }

    /// <summary>Visibility and delay are kept in units of this: 1 s on SQS, 1 ms embedded. Round down and wait the rest locally.</summary>
    TimeSpan VisibilityGranularity { get; }

    /// <summary>The longest delay that a send can carry: 15 min on SQS.</summary>
    TimeSpan MaxDelay { get; }

    /// <summary>How long an entry, or a message that is there to be received, may wait for others that share its call: 50 ms embedded, longer where each call costs money.</summary>
    TimeSpan BatchDelay { get; }

    /// <summary>For how long a depth that was read may be told again: none where reading it costs nothing.</summary>
    TimeSpan DepthKeeps { get; }

    /// <summary>Sends any number of messages; the adapter batches them. What is sent is durable.</summary>
    /// <returns>Those that were not sent; empty when all were.</returns>
    /// <exception cref="ArgumentException">A body is longer than <see cref="QueueLimits.MaxBodyBytes"/>.</exception>
    ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken);

    /// <summary>
    /// Takes up to <paramref name="maxMessages"/> visible messages and hides them for <paramref name="visibility"/>.
    /// Waits up to <paramref name="wait"/> for the first one (long polling); an empty list when none came.
    /// </summary>
    ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Makes messages reappear a time from now: atomically per message, durable when it returns. Zero makes one visible at once.
    /// </summary>
    /// <returns>Those that were not changed; empty when all were.</returns>
    ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken);

    /// <summary>Deletes received messages. One of which the receipt is no longer valid is left, and delivered again.</summary>
    /// <returns>Those that were not deleted; empty when all were. A message that was deleted before is not among them.</returns>
    ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken);

    ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken);
}
