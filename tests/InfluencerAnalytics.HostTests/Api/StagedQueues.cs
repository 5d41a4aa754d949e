using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>Queues as they are, but for what a test stages: that they are away. Counts what is read.</summary>
internal sealed class StagedQueues(IMessageQueues queues) : IMessageQueues
{
    private int _mostListed;

    /// <summary>While set, every method throws it.</summary>
    public string? Away { get; set; }

    /// <summary>The most dead letters that were asked for at once.</summary>
    public int MostListed => _mostListed;

    public IMessageQueue Get(string name) => new StagedQueue(this, queues.Get(name));

    private sealed class StagedQueue(StagedQueues staged, IMessageQueue queue) : IMessageQueue
    {
        public string Name => queue.Name;

        public TimeSpan VisibilityGranularity => queue.VisibilityGranularity;

        public TimeSpan MaxDelay => queue.MaxDelay;

        private IMessageQueue Queue => staged.Away is { } reason ? throw new QueueUnavailableException(reason) : queue;

        public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken)
        {
            staged._mostListed = Math.Max(staged._mostListed, limit);
            return Queue.ListDeadLettersAsync(limit, cancellationToken);
        }

        public ValueTask SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken) => Queue.SendAsync(messages, cancellationToken);

        public ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) =>
            Queue.ReceiveAsync(maxMessages, visibility, wait, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken) =>
            Queue.ChangeVisibilityAsync(changes, cancellationToken);

        public ValueTask DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken) => Queue.DeleteAsync(messages, cancellationToken);

        public ValueTask MoveToDeadLettersAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken) =>
            Queue.MoveToDeadLettersAsync(message, reason, cancellationToken);

        public ValueTask SendToDeadLettersAsync(ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) =>
            Queue.SendToDeadLettersAsync(body, reason, cancellationToken);

        public ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken) => Queue.GetDepthAsync(cancellationToken);

        public ValueTask<int> ReplayDeadLettersAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
            Queue.ReplayDeadLettersAsync(ids, cancellationToken);

        public ValueTask<bool> DropDeadLetterAsync(string id, CancellationToken cancellationToken) => Queue.DropDeadLetterAsync(id, cancellationToken);
    }
}
