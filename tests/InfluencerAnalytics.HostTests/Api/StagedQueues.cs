using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>Queues and dead letters as they are, but for what a test stages: that they are away. Counts what is read.</summary>
internal sealed class StagedQueues(IMessageQueues queues, IDeadLetters letters) : IMessageQueues, IDeadLetters
{
    private int _mostListed;

    /// <summary>While set, every method throws it.</summary>
    public string? Away { get; set; }

    /// <summary>Queues of which every method throws this.</summary>
    public Dictionary<string, string> Missing { get; } = [];

    /// <summary>The most dead letters that were asked for at once.</summary>
    public int MostListed => _mostListed;

    private IDeadLetters Letters => Away is { } reason ? throw new QueueUnavailableException(reason) : letters;

    public IMessageQueue Get(string name) => new StagedQueue(this, queues.Get(name));

    public ValueTask MoveAsync(string queue, ReceivedMessage message, string reason, CancellationToken cancellationToken) =>
        Letters.MoveAsync(queue, message, reason, cancellationToken);

    public ValueTask PutAsync(string queue, ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
        Letters.PutAsync(queue, body, reason, cancellationToken);

    public ValueTask<DeadLetterCount> CountAsync(string queue, CancellationToken cancellationToken) => Letters.CountAsync(queue, cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        _mostListed = Math.Max(_mostListed, limit);
        return Letters.ListAsync(queue, limit, cancellationToken);
    }

    public ValueTask<IReadOnlyList<DeadLetter>> FindAsync(string queue, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Letters.FindAsync(queue, ids, cancellationToken);

    public ValueTask<int> ReplayAsync(string queue, IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        Letters.ReplayAsync(queue, ids, cancellationToken);

    public ValueTask<bool> DropAsync(string queue, string id, CancellationToken cancellationToken) => Letters.DropAsync(queue, id, cancellationToken);

    private sealed class StagedQueue(StagedQueues staged, IMessageQueue queue) : IMessageQueue
    {
        public string Name => queue.Name;

        public TimeSpan VisibilityGranularity => queue.VisibilityGranularity;

        public TimeSpan BatchDelay => queue.BatchDelay;

        public TimeSpan DepthKeeps => queue.DepthKeeps;

        public TimeSpan MaxDelay => queue.MaxDelay;

        private IMessageQueue Queue => (staged.Away ?? staged.Missing.GetValueOrDefault(queue.Name)) is { } reason ? throw new QueueUnavailableException(reason) : queue;

        public ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken) =>
            Queue.SendAsync(messages, cancellationToken);

        public ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) =>
            Queue.ReceiveAsync(maxMessages, visibility, wait, cancellationToken);

        public ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken) =>
            Queue.ChangeVisibilityAsync(changes, cancellationToken);

        public ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken) =>
            Queue.DeleteAsync(messages, cancellationToken);

        public ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken) => Queue.GetDepthAsync(cancellationToken);
    }
}
