namespace InfluencerAnalytics.Queues;

/// <summary>
/// The dead letters beside their queues: what could not be processed goes there, and can be sent again. A port of its own: SQS can neither list nor pick, so that in
/// production the store's database keeps them. Safe for concurrent use.
/// </summary>
public interface IDeadLetters : IDeadLetterShelf
{
    /// <summary>
    /// Moves a received message out of its queue. It is never in neither of the two; a process that dies half-way leaves it in both, and it comes again. One
    /// of which the receipt is no longer valid stays with its new holder. See <see cref="DeadLetterFit"/>.
    /// </summary>
    /// <param name="queue">One of <see cref="QueueNames"/>, as everywhere here.</param>
    ValueTask MoveAsync(string queue, ReceivedMessage message, string reason, CancellationToken cancellationToken);

    /// <summary>Sends letters to their queue again, all that there are of it when <paramref name="ids"/> is null. Returns how many.</summary>
    ValueTask<int> ReplayAsync(string queue, IReadOnlyCollection<string>? ids, CancellationToken cancellationToken);
}
