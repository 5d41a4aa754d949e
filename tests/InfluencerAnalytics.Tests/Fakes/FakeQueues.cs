using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>The queues of a deployment and what they put aside, in memory.</summary>
internal sealed class FakeQueues(TimeProvider timeProvider, TimeSpan? granularity = null) : IMessageQueues, IDeadLetters
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public FakeQueue Shards { get; } = new(QueueNames.InfluencerIdStore, timeProvider) { VisibilityGranularity = granularity ?? Millisecond };

    public FakeQueue Points { get; } = new(QueueNames.InfluencerDataPoints, timeProvider) { VisibilityGranularity = granularity ?? Millisecond };

    public FakeQueue Checks { get; } = new(QueueNames.SuspicionChecks, timeProvider) { VisibilityGranularity = granularity ?? Millisecond };

    public bool AreAway
    {
        set => Shards.IsAway = Points.IsAway = Checks.IsAway = value;
    }

    public IMessageQueue Get(string name) => Find(name);

    /// <summary>While true the dead letters can be neither written nor read, as when a store keeps them that is away.</summary>
    public bool LettersAreAway { get; set; }

    public ValueTask MoveAsync(string queue, ReceivedMessage message, string reason, CancellationToken cancellationToken) =>
        LettersAreAway ? throw new StoreUnavailableException("The store is away.") : Find(queue).BuryAsync(message, reason, cancellationToken);

    public ValueTask PutAsync(string queue, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
        Find(queue).BuryAsync(body, reason, cancellationToken);

    public ValueTask<DeadLetterCount> CountAsync(string queue, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new DeadLetterCount(Find(queue).DeadLetters.Count, 0));

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string queue, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<DeadLetter>>([.. Find(queue).DeadLetters.Take(limit)]);

    public ValueTask<IReadOnlyList<DeadLetter>> FindAsync(string queue, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<DeadLetter>>([.. Find(queue).DeadLetters.Where(letter => ids.Contains(letter.Id))]);

    public ValueTask<int> ReplayAsync(string queue, IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        Find(queue).ReplayDeadAsync(ids, cancellationToken);

    public ValueTask<bool> DropAsync(string queue, string id, CancellationToken cancellationToken) => Find(queue).DropDeadAsync(id, cancellationToken);

    private FakeQueue Find(string name) => name switch
    {
        QueueNames.InfluencerIdStore => Shards,
        QueueNames.SuspicionChecks => Checks,
        _ => Points,
    };
}
