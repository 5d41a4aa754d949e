using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Queues;

/// <summary>
/// Keeps what could not be processed, and why, for every queue. A port of its own: SQS can neither list nor pick, so that in production the store's database keeps
/// it. Safe for concurrent use. Every method throws a <see cref="PartUnavailableException"/> when what keeps the letters, or the queue, is away; nothing then counts as done.
/// </summary>
public interface IDeadLetters
{
    /// <summary>
    /// Moves a received message out of its queue. It is never in neither of the two; a process that dies half-way leaves it in both, and moving it again makes no second letter. One
    /// of which the receipt is no longer valid stays with its new holder. See <see cref="DeadLetterFit"/>.
    /// </summary>
    /// <param name="queue">One of <see cref="QueueNames"/>, as everywhere here.</param>
    ValueTask MoveAsync(string queue, ReceivedMessage message, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a body aside, for a part of a message that is itself deleted afterwards. It always fits: one that is too long is cut with a mark, see
    /// <see cref="DeadLetterFit"/>.
    /// </summary>
    ValueTask PutAsync(string queue, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken);

    /// <summary>How many there are of a queue.</summary>
    ValueTask<DeadLetterCount> CountAsync(string queue, CancellationToken cancellationToken);

    /// <summary>The oldest letters of a queue first, at most <paramref name="limit"/> of them; fewer when their bodies are large.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string queue, int limit, CancellationToken cancellationToken);

    /// <summary>Sends letters to their queue again, all that there are of it when <paramref name="ids"/> is null. Returns how many.</summary>
    ValueTask<int> ReplayAsync(string queue, IReadOnlyCollection<string>? ids, CancellationToken cancellationToken);

    /// <summary>Drops a letter for good. False when the queue has none of that id.</summary>
    ValueTask<bool> DropAsync(string queue, string id, CancellationToken cancellationToken);
}
