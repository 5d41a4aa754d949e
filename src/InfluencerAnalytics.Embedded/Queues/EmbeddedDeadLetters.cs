using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>The dead letters, each kept beside its queue, so that moving one is a single write. Safe for concurrent use.</summary>
internal sealed class EmbeddedDeadLetters(EmbeddedQueues queues) : IDeadLetters
{
    public ValueTask MoveAsync(string queue, ReceivedMessage message, string reason, CancellationToken cancellationToken)
    {
        queues.Find(queue).Bury(message, reason, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public ValueTask PutAsync(string queue, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken)
    {
        queues.Find(queue).Bury(body, reason, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public ValueTask<DeadLetterCount> CountAsync(string queue, CancellationToken cancellationToken) =>
        ValueTask.FromResult(queues.Find(queue).CountDead(cancellationToken));

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string queue, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(queues.Find(queue).ListDead(limit, cancellationToken));

    public ValueTask<IReadOnlyList<DeadLetter>> FindAsync(string queue, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ValueTask.FromResult(queues.Find(queue).FindDead(ids, cancellationToken));

    public ValueTask<int> ReplayAsync(string queue, IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        ValueTask.FromResult(queues.Find(queue).ReplayDead(ids, cancellationToken));

    public ValueTask<bool> DropAsync(string queue, string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(queues.Find(queue).DropDead(id, cancellationToken));
}
