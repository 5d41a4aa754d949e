using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching.Leases;

/// <summary>
/// Renews the leases of the messages being visited. Leases are short so that a dead fetcher's shards come back in time: at most 30 s or a
/// third of the interval. Safe for concurrent use.
/// </summary>
internal sealed class LeaseKeeper(
    IMessageQueues queues,
    RosterView roster,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<LeaseKeeper> logger) : Worker("fetch leases", health, timeProvider, logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // SQS counts whole seconds, and a renewal takes a round trip or two.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);
    private readonly HashSet<Lease> _leases = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private readonly long _started = timeProvider.GetTimestamp();
    private long _idsInHand;

    public long IdsInHand => Interlocked.Read(ref _idsInHand);

    /// <summary>How long a message is leased for at a time.</summary>
    public TimeSpan Duration
    {
        get
        {
            var third = TimeSpan.FromSeconds(Math.Floor(roster.Interval.TotalSeconds / 3));
            return third < Shortest ? Shortest : third < Longest ? third : Longest;
        }
    }

    protected override TimeSpan IdlePause => Duration / 8;

    // Monotonic: a step of the wall clock neither ends a lease nor prolongs it.
    private TimeSpan Elapsed => TimeProvider.GetElapsedTime(_started);

    /// <summary>Keeps a message that was just received.</summary>
    public Lease Begin(ReceivedMessage message, int ids, TimeSpan duration)
    {
        var lease = new Lease(message, ids, Elapsed + duration);
        lock (_lock)
            _leases.Add(lease);
        Interlocked.Add(ref _idsInHand, ids);
        return lease;
    }

    /// <summary>Renews a lease no more. A renewal under way is waited for, so that it cannot undo the re-arming that follows.</summary>
    public async ValueTask EndAsync(Lease lease)
    {
        lock (_lock)
        {
            if (!_leases.Remove(lease))
                return;
            Interlocked.Add(ref _idsInHand, -lease.Ids);
        }
        await _renewing.WaitAsync(CancellationToken.None);
        _renewing.Release();
    }

    /// <summary>Gives up every lease in hand: they run out. For a stop that has no time left.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _leases.Clear();
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

    // Visits are drained after the first phase of the stop, which may outlast a lease.
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
        var renewBefore = Elapsed + duration / 2;
        List<Lease>? due = null;
        lock (_lock)
        {
            foreach (var lease in _leases)
            {
                if (lease.EndsAt < renewBefore)
                    (due ??= []).Add(lease);
            }
        }
        if (due is null)
            return;
        var failures = await _queue.ChangeVisibilityAsync(due.ConvertAll(lease => new VisibilityChange(lease.Message, duration) { RenewsLease = true }), cancellationToken);
        // One that was not renewed is tried again in the next round; one that another holds by now is not ours to renew.
        var left = failures.Where(failure => !failure.IsStale).Select(failure => failure.Index).ToHashSet();
        for (var i = 0; i < due.Count; i++)
        {
            if (!left.Contains(i))
                due[i].EndsAt = Elapsed + duration;
        }
    }
}
