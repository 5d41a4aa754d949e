namespace InfluencerAnalytics.Queues;

/// <summary>
/// Puts items that come one by one from many callers into batches, flushed by count, weight or age, whichever is first; each caller waits for
/// its own batch and sees its failure. Safe for concurrent use. Bounded by its callers, who wait.
/// </summary>
/// <param name="flush">Does the batch; an exception reaches every caller of that batch.</param>
/// <param name="maxCount">Items a batch.</param>
/// <param name="maxWeight">Sum of the items' weights a batch.</param>
/// <param name="maxAge">How long the first item of a batch waits for others.</param>
/// <param name="timeProvider">Measures the age.</param>
internal sealed class BatchLane<T>(
    Func<IReadOnlyList<T>, CancellationToken, ValueTask> flush,
    int maxCount,
    long maxWeight,
    TimeSpan maxAge,
    TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private Batch? _open;

    /// <summary>Completes when the batch with this item was flushed.</summary>
    public Task AddAsync(T item, long weight, CancellationToken cancellationToken)
    {
        Batch batch;
        Batch? full = null;
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
        return batch.Done.Task.WaitAsync(cancellationToken);
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
            await flush(batch.Items, CancellationToken.None);
            batch.Done.SetResult();
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

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What all lanes have in common.</summary>
internal static class BatchLane
{
    /// <summary>Long enough for the visits of one poll to share a call, short against any interval.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(50);
}
