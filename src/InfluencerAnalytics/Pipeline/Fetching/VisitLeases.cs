using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Renews the leases of the messages being worked on. Leases are short so that a dead fetcher's shards come back in time: at most 30 s or a
/// third of the interval. Safe for concurrent use.
/// </summary>
internal sealed class VisitLeases(
    IMessageQueues queues,
    RosterView roster,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<VisitLeases> logger) : Worker("fetch leases", health, timeProvider, logger)
{
    private static readonly TimeSpan MaxLease = TimeSpan.FromSeconds(30);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);
    private readonly HashSet<Visit> _visits = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private readonly long _started = timeProvider.GetTimestamp();
    private long _idsInHand;

    public long IdsInHand => Interlocked.Read(ref _idsInHand);

    public TimeSpan Lease
    {
        get
        {
            // SQS counts whole seconds, so a lease has at least one.
            var third = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(roster.Interval.TotalSeconds / 3)));
            return third < MaxLease ? third : MaxLease;
        }
    }

    protected override TimeSpan IdlePause => Lease / 8;

    // Monotonic: a step of the wall clock neither ends a lease nor prolongs it.
    private TimeSpan Elapsed => TimeProvider.GetElapsedTime(_started);

    public Visit Begin(ReceivedMessage message, int ids, TimeSpan lease)
    {
        var visit = new Visit(message, ids, Elapsed + lease);
        lock (_lock)
            _visits.Add(visit);
        Interlocked.Add(ref _idsInHand, ids);
        return visit;
    }

    /// <summary>Ends a visit. A renewal under way is waited for, so that it cannot undo the re-arming that follows.</summary>
    public async ValueTask EndAsync(Visit visit)
    {
        lock (_lock)
        {
            if (!_visits.Remove(visit))
                return;
            Interlocked.Add(ref _idsInHand, -visit.Ids);
        }
        await _renewing.WaitAsync(CancellationToken.None);
        _renewing.Release();
    }

    /// <summary>Gives up every visit in hand: their leases run out. For a stop that has no time left.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _visits.Clear();
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
        var lease = Lease;
        var renewBefore = Elapsed + lease / 2;
        List<Visit>? due = null;
        lock (_lock)
        {
            foreach (var visit in _visits)
            {
                if (visit.LeaseEndsAt < renewBefore)
                    (due ??= []).Add(visit);
            }
        }
        if (due is null)
            return;
        await _queue.ChangeVisibilityAsync(due.ConvertAll(visit => new VisibilityChange(visit.Message, lease) { RenewsLease = true }), cancellationToken);
        foreach (var visit in due)
            visit.LeaseEndsAt = Elapsed + lease;
    }
}
