namespace InfluencerAnalytics.Queues;

/// <summary>For callers to whom a batch that is done in part is of no use. Safe for concurrent use.</summary>
internal static class WholeBatch
{
    // An entry fails by itself when something within the queue does; the next attempt finds another part of it.
    private const int Attempts = 3;

    /// <summary>Sends all, those that fail by themselves once more.</summary>
    /// <exception cref="QueueUnavailableException">Some are not sent; the others are.</exception>
    public static async ValueTask SendAllAsync(this IMessageQueue queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken) =>
        await RepeatAsync(messages, part => queue.SendAsync(part, cancellationToken), $"The queue {queue.Name} did not take");

    /// <summary>Deletes all, those that fail by themselves once more. One of which the receipt is no longer valid is left.</summary>
    /// <exception cref="QueueUnavailableException">Some are not deleted, and come again.</exception>
    public static async ValueTask DeleteAllAsync(this IMessageQueue queue, IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken) =>
        await RepeatAsync(messages, part => queue.DeleteAsync(part, cancellationToken), $"The queue {queue.Name} did not delete");

    private static async ValueTask RepeatAsync<T>(IReadOnlyList<T> entries, Func<IReadOnlyList<T>, ValueTask<IReadOnlyList<EntryFailure>>> call, string what)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failures = (await call(entries)).Where(failure => !failure.IsStale).ToList();
            if (failures.Count == 0)
                return;
            if (attempt == Attempts)
                throw new QueueUnavailableException($"{what} {failures.Count} of {entries.Count} messages: {failures[0].Reason}");
            entries = failures.ConvertAll(failure => entries[failure.Index]);
        }
    }
}
