namespace InfluencerAnalytics.Queues;

/// <summary>
/// Puts items that come one by one from many callers into batches, flushed by count, weight or age, whichever is first; each caller waits for
/// its own batch and sees what became of its own item. Safe for concurrent use. Bounded by its callers, who wait.
/// </summary>
/// <param name="flush">Does the batch, and says which items it could not do; an exception reaches every caller of that batch.</param>
/// <param name="maxCount">Items a batch.</param>
/// <param name="maxWeight">Sum of the items' weights a batch.</param>
/// <param name="maxAge">How long the first item of a batch waits for others.</param>
/// <param name="timeProvider">Measures the age.</param>
internal sealed class BatchLane<T>(
    Func<IReadOnlyList<T>, CancellationToken, ValueTask<IReadOnlyList<EntryFailure>>> flush,
    int maxCount,
    long maxWeight,
    TimeSpan maxAge,
    TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private Batch? _open;

    /// <summary>Completes when the batch with this item was flushed. One of which the receipt is no longer valid counts as done: nothing more can be.</summary>
    /// <exception cref="QueueUnavailableException">The queue did not do it; it may later.</exception>
    public Task AddAsync(T item, long weight, CancellationToken cancellationToken)
    {
        Batch batch;
        Batch? full = null;
        int index;
        bool first;
        bool filled;
        lock (_lock)
        {
            if (_open is not null && _open.Weight + weight > maxWeight)
            {
                full = _open;
                _open = null;
            }
            first = _open is null;
            batch = _open ??= new Batch();
            index = batch.Items.Count;
            batch.Items.Add(item);
            batch.Weight += weight;
            filled = batch.Items.Count >= maxCount || batch.Weight >= maxWeight;
            if (filled)
                _open = null;
        }
        full?.Full.TrySetResult();
        if (filled)
            batch.Full.TrySetResult();
        if (first)
            _ = RunAsync(batch);
        return DoneAsync(batch, index).WaitAsync(cancellationToken);
    }

    private static async Task DoneAsync(Batch batch, int index)
    {
        foreach (var failure in await batch.Done.Task)
        {
            if (failure.Index == index && !failure.IsStale)
                throw new QueueUnavailableException(failure.Reason);
        }
    }

    private async Task RunAsync(Batch batch)
    {
        try
        {
            await batch.Full.Task.WaitAsync(maxAge, timeProvider);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                if (_open == batch)
                    _open = null;
            }
        }
        try
        {
            // Not cancelled by one caller: others wait for the same batch.
            batch.Done.SetResult(await flush(batch.Items, CancellationToken.None));
        }
        catch (Exception exception)
        {
            batch.Done.SetException(exception);
        }
    }

    private sealed class Batch
    {
        public List<T> Items { get; } = [];

        public long Weight { get; set; }

        public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<IReadOnlyList<EntryFailure>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
