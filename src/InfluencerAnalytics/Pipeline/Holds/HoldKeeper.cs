using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Holds;

/// <summary>
/// Renews the holds on the messages of one queue that are being visited. Holds are short so that a dead process's shards come back in time: at most 30 s or a
/// third of the interval. Safe for concurrent use.
/// </summary>
/// <param name="name">As a worker.</param>
/// <param name="queue">Whose messages they are.</param>
/// <param name="interval">How often a shard comes round, now.</param>
internal sealed class HoldKeeper(
    string name,
    IMessageQueue queue,
    Func<TimeSpan> interval,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<HoldKeeper> logger) : Worker(name, health, timeProvider, logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // SQS counts whole seconds, and a renewal takes a round trip or two.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);

    // A visit that is over has its message re-armed with others, for which it waits up to a second: what is left of the hold must be longer.
    private static readonly TimeSpan LeastLeft = TimeSpan.FromSeconds(2);

    private readonly HashSet<Hold> _holds = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private readonly long _started = timeProvider.GetTimestamp();
    private long _idsInHand;

    public long IdsInHand => Interlocked.Read(ref _idsInHand);

    /// <summary>How long a message is held for at a time.</summary>
    public TimeSpan Duration
    {
        get
        {
            var third = TimeSpan.FromSeconds(Math.Floor(interval().TotalSeconds / 3));
            return third < Shortest ? Shortest : third < Longest ? third : Longest;
        }
    }

    protected override TimeSpan IdlePause => Duration / 8;

    // Monotonic: a step of the wall clock neither ends a hold nor prolongs it.
    private TimeSpan Elapsed => TimeProvider.GetElapsedTime(_started);

    /// <summary>Keeps a message that was just received.</summary>
    public Hold Begin(ReceivedMessage message, int ids, TimeSpan duration)
    {
        var hold = new Hold(message, ids, Elapsed + duration);
        lock (_lock)
            _holds.Add(hold);
        Interlocked.Add(ref _idsInHand, ids);
        return hold;
    }

    /// <summary>Renews a hold no more. A renewal under way is waited for, so that it cannot undo the re-arming that follows.</summary>
    public async ValueTask EndAsync(Hold hold)
    {
        lock (_lock)
        {
            if (!_holds.Remove(hold))
                return;
            Interlocked.Add(ref _idsInHand, -hold.Ids);
        }
        await _renewing.WaitAsync(CancellationToken.None);
        _renewing.Release();
    }

    /// <summary>Gives up every hold in hand: they run out. For a stop that has no time left.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _holds.Clear();
            Interlocked.Exchange(ref _idsInHand, 0);
        }
    }

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        await _renewing.WaitAsync(stopping);
        try
        {
            await RenewAsync(stopping);
        }
        finally
        {
            _renewing.Release();
        }
        return WorkResult.Idle;
    }

    // Visits are drained after the first phase of the stop, which may outlast a hold.
    protected override async ValueTask DrainAsync(CancellationToken deadline)
    {
        while (IdsInHand > 0 && !deadline.IsCancellationRequested)
        {
            await WorkAsync(deadline);
            await Task.Delay(IdlePause, TimeProvider, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var duration = Duration;
        var renewBefore = Elapsed + (duration / 2 > LeastLeft ? duration / 2 : LeastLeft);
        List<Hold>? due = null;
        lock (_lock)
        {
            foreach (var hold in _holds)
            {
                if (hold.EndsAt < renewBefore)
                    (due ??= []).Add(hold);
            }
        }
        if (due is null)
            return;
        var failures = await queue.ChangeVisibilityAsync(due.ConvertAll(hold => new VisibilityChange(hold.Message, duration) { RenewsHold = true }), cancellationToken);
        // One that was not renewed is tried again in the next round; one that another holds by now is not ours to renew.
        var left = failures.Where(failure => !failure.IsStale).Select(failure => failure.Index).ToHashSet();
        for (var i = 0; i < due.Count; i++)
        {
            if (!left.Contains(i))
                due[i].EndsAt = Elapsed + duration;
        }
    }
}
