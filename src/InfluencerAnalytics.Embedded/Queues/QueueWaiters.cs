namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>
/// The receives that wait for a message, the longest-waiting first. One is woken per message that appears, so that a hundred idle pollers
/// do not all rise for one. Used under the queue's lock, except for waiting itself.
/// </summary>
internal sealed class QueueWaiters(TimeProvider time) : IDisposable
{
    private readonly LinkedList<Waiter> _waiting = [];

    public int Count => _waiting.Count;

    public Waiter Add()
    {
        var waiter = new Waiter();
        waiter.Node = _waiting.AddLast(waiter);
        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        if (waiter.Node is { List: not null } node)
            _waiting.Remove(node);
    }

    public void Wake(long messages)
    {
        for (; messages > 0 && _waiting.First is { } first; messages--)
        {
            _waiting.RemoveFirst();
            first.Value.Wake();
        }
    }

    /// <summary>Waits until woken or until the time is over.</summary>
    public async ValueTask WaitAsync(Waiter waiter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await using var timer = time.CreateTimer(static state => ((Waiter)state!).Wake(), waiter, timeout, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.UnsafeRegister(static state => ((Waiter)state!).Wake(), waiter);
        await waiter.Task;
    }

    public void Dispose() => Wake(_waiting.Count);

    internal sealed class Waiter
    {
        private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }

        public Task Task => _woken.Task;

        public void Wake() => _woken.TrySetResult();
    }
}
