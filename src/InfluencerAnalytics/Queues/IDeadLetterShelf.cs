namespace InfluencerAnalytics.Queues;

/// <summary>
/// Keeps what could not be processed, and why, for every queue, whatever queues these are. Safe for concurrent use. Every method throws a
/// <see cref="Working.PartUnavailableException"/> when what keeps the letters is away; nothing then counts as done.
/// </summary>
public interface IDeadLetterShelf
{
    /// <summary>Puts a body aside. It always fits: one that is too long is cut with a mark, see <see cref="DeadLetterFit"/>.</summary>
    /// <param name="queue">One of <see cref="QueueNames"/>, as everywhere here.</param>
    ValueTask PutAsync(string queue, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken);

    /// <summary>How many there are of a queue.</summary>
    ValueTask<DeadLetterCount> CountAsync(string queue, CancellationToken cancellationToken);

    /// <summary>The oldest letters of a queue first, at most <paramref name="limit"/> of them; fewer when their bodies are large.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string queue, int limit, CancellationToken cancellationToken);

    /// <summary>Those of some ids that the queue has, in any order.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> FindAsync(string queue, IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Drops a letter for good. False when the queue has none of that id.</summary>
    ValueTask<bool> DropAsync(string queue, string id, CancellationToken cancellationToken);
}
