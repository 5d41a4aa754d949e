using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>Queues of which only depths and dead letters work, which is all that the API uses. Can be away.</summary>
internal sealed class FakeQueues : IMessageQueues
{
    private readonly Dictionary<string, FakeQueue> _queues;

    public FakeQueues() => _queues = QueueNames.All.ToDictionary(name => name, name => new FakeQueue(this, name));

    public string? Away { get; set; }

    public IMessageQueue Get(string name) => _queues[name];

    public FakeQueue Queue(string name) => _queues[name];

    internal sealed class FakeQueue(FakeQueues queues, string name) : IMessageQueue
    {
        public List<DeadLetter> Dead { get; } = [];

        /// <summary>The most letters that were asked for at once.</summary>
        public int MostListed { get; private set; }

        public QueueDepth Depth { get; set; }

        public string Name => name;

        public TimeSpan VisibilityGranularity => TimeSpan.FromSeconds(1);

        public TimeSpan MaxDelay => TimeSpan.FromMinutes(15);

        public ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken) => Answer(() => Depth with { Dead = Dead.Count });

        public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
            Answer<IReadOnlyList<DeadLetter>>(() =>
            {
                MostListed = Math.Max(MostListed, limit);
                return [.. Dead.Take(limit)];
            });

        public ValueTask<int> ReplayDeadLettersAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
            Answer(() => Dead.RemoveAll(letter => ids is null || ids.Contains(letter.Id)));

        public ValueTask<bool> DropDeadLetterAsync(string id, CancellationToken cancellationToken) => Answer(() => Dead.RemoveAll(letter => letter.Id == id) > 0);

        public ValueTask SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<string>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask MoveToDeadLettersAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask SendToDeadLettersAsync(ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        private ValueTask<T> Answer<T>(Func<T> read) =>
            queues.Away is { } reason ? throw new QueueUnavailableException(reason) : ValueTask.FromResult(read());
    }
}
