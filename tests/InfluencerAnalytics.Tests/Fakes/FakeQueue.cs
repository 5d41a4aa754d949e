using System.Text;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A queue in memory with the semantics of SQS, on a clock that the test moves. Safe for concurrent use.</summary>
internal sealed class FakeQueue(string name, TimeProvider timeProvider) : IMessageQueue
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly List<DeadLetter> _dead = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _lastId;

    public string Name { get; } = name;

    public TimeSpan VisibilityGranularity { get; init; } = TimeSpan.FromMilliseconds(1);

    public TimeSpan BatchDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan DepthKeeps { get; set; }

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>While true every call fails with <see cref="QueueUnavailableException"/>.</summary>
    public bool IsAway
    {
        get;
        set
        {
            field = value;
            lock (_lock)
                Signal();
        }
    }

    /// <summary>While true every call fails as of a queue that does not exist.</summary>
    public bool IsMissing { get; set; }

    /// <summary>Called with the name of each operation before it does anything and, with ":done" behind, after it. May throw.</summary>
    public Func<string, ValueTask>? OnStep { get; set; }

    /// <summary>Whether an operation fails of the entry at an index, while it is done of the others.</summary>
    public Func<string, int, bool>? FailsOf { get; set; }

    /// <summary>Called by every operation that reaches the queue, as an answer's Date header is seen.</summary>
    public Action? OnAnswer { get; set; }

    /// <summary>How often messages were received, by message id.</summary>
    public int Receives { get; private set; }

    public IReadOnlyList<DeadLetter> DeadLetters
    {
        get
        {
            lock (_lock)
                return [.. _dead];
        }
    }

    /// <summary>Every message that is in the queue, visible or not.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Bodies
    {
        get
        {
            lock (_lock)
                return [.. _entries.Select(entry => entry.Body)];
        }
    }

    /// <summary>When each message in the queue is visible, in epoch milliseconds.</summary>
    public IReadOnlyList<long> VisibleAt
    {
        get
        {
            lock (_lock)
                return [.. _entries.Select(entry => entry.VisibleAt)];
        }
    }

    /// <summary>Takes every message away, as another process would.</summary>
    public void RemoveAll()
    {
        lock (_lock)
            _entries.Clear();
    }

    // A queue's time is its own: setting the clock of those who use it does not move it.
    private readonly long _origin = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly long _started = timeProvider.GetTimestamp();

    private long NowMs => _origin + timeProvider.GetElapsedTime(_started).Ticks / TimeSpan.TicksPerMillisecond;

    public async ValueTask<IReadOnlyList<EntryFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        await BeginAsync("send", cancellationToken);
        var failures = new List<EntryFailure>();
        lock (_lock)
        {
            for (var i = 0; i < messages.Count; i++)
            {
                var message = messages[i];
                if (message.Body.Length > QueueLimits.MaxBodyBytes)
                    throw new ArgumentException("A body is too long.", nameof(messages));
                if (message.Delay < TimeSpan.Zero || message.Delay > MaxDelay)
                    throw new ArgumentException($"A delay of {message.Delay} is out of range.", nameof(messages));
                if (Fails("send", i, failures))
                    continue;
                _entries.Add(new Entry($"m{++_lastId}", message.Body, NowMs) { VisibleAt = NowMs + InUnits(message.Delay) });
            }
            Signal();
        }
        await EndAsync("send");
        return failures;
    }

    public async ValueTask SendTextAsync(string body) => (await SendAsync([new OutgoingMessage(Encoding.UTF8.GetBytes(body))], CancellationToken.None)).ShouldBeEmpty();

    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(
        int maxMessages, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = NowMs + (long)wait.TotalMilliseconds;
        while (true)
        {
            await BeginAsync("receive", cancellationToken);
            List<ReceivedMessage> received;
            Task changed;
            long wake;
            lock (_lock)
            {
                received = Take(maxMessages, visibility);
                changed = _changed.Task;
                wake = Math.Min(until, _entries.Count == 0 ? until : _entries.Min(entry => entry.VisibleAt));
            }
            await EndAsync("receive");
            if (received.Count > 0 || NowMs >= until)
                return received;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var elapsed = Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, wake - NowMs)), timeProvider, stop.Token);
            await Task.WhenAny(changed, elapsed);
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask<IReadOnlyList<EntryFailure>> ChangeVisibilityAsync(IReadOnlyList<VisibilityChange> changes, CancellationToken cancellationToken)
    {
        await BeginAsync("change visibility", cancellationToken);
        var failures = new List<EntryFailure>();
        lock (_lock)
        {
            for (var i = 0; i < changes.Count; i++)
            {
                var (message, visibility) = changes[i];
                if (visibility < TimeSpan.Zero || visibility > QueueLimits.MaxVisibility)
                    throw new ArgumentException($"A visibility timeout of {visibility} is out of range.", nameof(changes));
                if (Fails("change visibility", i, failures))
                    continue;
                if (Find(message) is { } entry)
                    entry.VisibleAt = NowMs + InUnits(visibility);
                else
                    failures.Add(new EntryFailure(i, "The receipt is no longer valid.", IsStale: true));
            }
            Signal();
        }
        await EndAsync("change visibility");
        return failures;
    }

    public async ValueTask<IReadOnlyList<EntryFailure>> DeleteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken)
    {
        await BeginAsync("delete", cancellationToken);
        var failures = new List<EntryFailure>();
        lock (_lock)
        {
            for (var i = 0; i < messages.Count; i++)
            {
                if (!Fails("delete", i, failures) && Find(messages[i]) is { } entry)
                    _entries.Remove(entry);
            }
        }
        await EndAsync("delete");
        return failures;
    }

    public async ValueTask BuryAsync(ReceivedMessage message, string reason, CancellationToken cancellationToken)
    {
        await BeginAsync("dead letter", cancellationToken);
        lock (_lock)
        {
            if (Find(message) is { } entry)
            {
                Bury(message.Body, reason);
                _entries.Remove(entry);
            }
        }
        await EndAsync("dead letter");
    }

    public async ValueTask BuryAsync(ReadOnlyMemory<byte> body, string reason, CancellationToken cancellationToken)
    {
        await BeginAsync("dead letter", cancellationToken);
        lock (_lock)
            Bury(body, reason);
        await EndAsync("dead letter");
    }

    public async ValueTask<QueueDepth> GetDepthAsync(CancellationToken cancellationToken)
    {
        await BeginAsync("depth", cancellationToken);
        lock (_lock)
        {
            var visible = _entries.Count(entry => entry.VisibleAt <= NowMs);
            var delayed = _entries.Count(entry => entry.VisibleAt > NowMs && entry.ReceiveCount == 0);
            return new QueueDepth(visible, _entries.Count - visible - delayed, delayed, 0, _entries.Sum(entry => (long)entry.Body.Length));
        }
    }

    public async ValueTask<int> ReplayDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken)
    {
        await BeginAsync("replay", cancellationToken);
        lock (_lock)
        {
            var replayed = _dead.Where(letter => ids is null || ids.Contains(letter.Id)).ToList();
            foreach (var letter in replayed)
            {
                _dead.Remove(letter);
                _entries.Add(new Entry($"m{++_lastId}", letter.Body, NowMs) { VisibleAt = NowMs });
            }
            Signal();
            return replayed.Count;
        }
    }

    public async ValueTask<bool> DropDeadAsync(string id, CancellationToken cancellationToken)
    {
        await BeginAsync("drop", cancellationToken);
        lock (_lock)
            return _dead.RemoveAll(letter => letter.Id == id) > 0;
    }

    private bool Fails(string operation, int index, List<EntryFailure> failures)
    {
        if (FailsOf?.Invoke(operation, index) != true)
            return false;
        failures.Add(new EntryFailure(index, "Something within the queue failed."));
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask BeginAsync(string operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAway)
            throw new QueueUnavailableException($"The queue {Name} is away.");
        if (IsMissing)
            throw new QueueUnavailableException($"The queue {Name} does not exist.") { IsMissing = true };
        OnAnswer?.Invoke();
        if (OnStep is { } step)
            await step($"{Name}: {operation}");
    }

    private async ValueTask EndAsync(string operation)
    {
        if (OnStep is { } step)
            await step($"{Name}: {operation}:done");
    }

    private List<ReceivedMessage> Take(int maxMessages, TimeSpan visibility)
    {
        var received = new List<ReceivedMessage>();
        foreach (var entry in _entries.Where(entry => entry.VisibleAt <= NowMs).OrderBy(entry => entry.VisibleAt).Take(maxMessages).ToList())
        {
            entry.ReceiveCount++;
            entry.Receipt = $"{entry.Id}#{entry.ReceiveCount}";
            entry.VisibleAt = NowMs + InUnits(visibility);
            received.Add(new ReceivedMessage(entry.Id, entry.Receipt, entry.Body, entry.ReceiveCount, entry.SentAt));
        }
        Receives += received.Count;
        return received;
    }

    private void Bury(ReadOnlyMemory<byte> body, string reason) =>
        _dead.Add(new DeadLetter($"{Name}-{++_lastId}", Name, DeadLetterFit.Body(body), DeadLetterFit.Reason(reason), NowMs));

    private Entry? Find(ReceivedMessage message) => _entries.Find(entry => entry.Receipt == message.Receipt);

    private long InUnits(TimeSpan time)
    {
        var unit = (long)VisibilityGranularity.TotalMilliseconds;
        return (long)time.TotalMilliseconds / unit * unit;
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private sealed class Entry(string id, ReadOnlyMemory<byte> body, long sentAt)
    {
        public string Id { get; } = id;

        public ReadOnlyMemory<byte> Body { get; } = body;

        public long SentAt { get; } = sentAt;

        public long VisibleAt { get; set; }

        public int ReceiveCount { get; set; }

        public string? Receipt { get; set; }
    }
}
