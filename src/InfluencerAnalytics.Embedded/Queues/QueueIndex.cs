using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>
/// The messages of one queue by id and by when they are visible. Two heaps: one of hidden messages by when they appear, one of
/// visible ones by since when. A heap entry that a later change made void is dropped when it comes up. Not safe for concurrent use.
/// </summary>
internal sealed class QueueIndex
{
    private readonly Dictionary<long, QueueMessage> _messages = [];
    private PriorityQueue<(QueueMessage Message, int Stamp), long> _hidden = new();
    private PriorityQueue<(QueueMessage Message, int Stamp), long> _visible = new();
    private readonly long[] _counts = new long[4];
    private long _bytes;

    public int Count => _messages.Count;

    public long Waiting => _counts[(int)QueueMessageState.Waiting];

    public void Add(QueueMessage message, QueueMessageState state, long visibleAt)
    {
        _messages.Add(message.Id, message);
        message.State = state;
        _counts[(int)state]++;
        _bytes += message.Bytes;
        Hide(message, state, visibleAt);
    }

    public QueueMessage? Find(long id) => _messages.GetValueOrDefault(id);

    /// <summary>Hides a message until a moment; one that has passed makes it visible at the next look.</summary>
    public void Hide(QueueMessage message, QueueMessageState state, long visibleAt)
    {
        SetState(message, state);
        message.VisibleAt = visibleAt;
        message.Stamp++;
        Compact(ref _hidden);
        _hidden.Enqueue((message, message.Stamp), visibleAt);
    }

    public void Remove(QueueMessage message)
    {
        if (_messages.Remove(message.Id))
            _bytes -= message.Bytes;
        SetState(message, QueueMessageState.Deleted);
        message.Stamp++;
    }

    /// <summary>Takes the message that has been visible for longest, or null.</summary>
    public QueueMessage? TakeVisible(long now)
    {
        Appear(now);
        return Peek(_visible) is null ? null : _visible.Dequeue().Message;
    }

    /// <summary>Puts back what <see cref="TakeVisible"/> took.</summary>
    public void PutBack(QueueMessage message)
    {
        message.Stamp++;
        _visible.Enqueue((message, message.Stamp), message.VisibleAt);
    }

    /// <summary>When the next hidden message appears, or null.</summary>
    public long? NextAppearance() => Peek(_hidden)?.VisibleAt;

    public QueueDepth GetDepth(long now)
    {
        Appear(now);
        var oldest = Peek(_visible);
        return new QueueDepth(
            _counts[(int)QueueMessageState.Waiting],
            _counts[(int)QueueMessageState.InFlight],
            _counts[(int)QueueMessageState.Delayed],
            oldest is null ? 0 : Math.Max(0, (now - oldest.VisibleAt) / 1000.0),
            _bytes);
    }

    /// <summary>Moves what has come due to the visible ones.</summary>
    public void Appear(long now)
    {
        while (Peek(_hidden) is { } message && message.VisibleAt <= now)
        {
            _hidden.Dequeue();
            SetState(message, QueueMessageState.Waiting);
            message.Stamp++;
            Compact(ref _visible);
            _visible.Enqueue((message, message.Stamp), message.VisibleAt);
        }
    }

    private static QueueMessage? Peek(PriorityQueue<(QueueMessage Message, int Stamp), long> heap)
    {
        while (heap.TryPeek(out var entry, out _))
        {
            if (entry.Message.State != QueueMessageState.Deleted && entry.Message.Stamp == entry.Stamp)
                return entry.Message;
            heap.Dequeue();
        }

        return null;
    }

    private void SetState(QueueMessage message, QueueMessageState state)
    {
        _counts[(int)message.State]--;
        message.State = state;
        _counts[(int)state]++;
    }

    // Void entries with a far due time would pile up: a hold of hours that is renewed every second.
    private void Compact(ref PriorityQueue<(QueueMessage Message, int Stamp), long> heap)
    {
        if (heap.Count < 1024 || heap.Count < 4 * _messages.Count)
            return;
        var live = new PriorityQueue<(QueueMessage Message, int Stamp), long>(_messages.Count + 16);
        foreach (var (entry, priority) in heap.UnorderedItems)
        {
            if (entry.Message.State != QueueMessageState.Deleted && entry.Message.Stamp == entry.Stamp)
                live.Enqueue(entry, priority);
        }

        heap = live;
    }
}
