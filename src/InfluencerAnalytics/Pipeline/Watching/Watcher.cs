using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Watching;

/// <summary>Folds the hours that are rolled up into our own opinion of each influencer, a little at a time, in one of the processes that could.</summary>
internal sealed class Watcher(
    WatchPasses passes, ILeaseStore leases, WatchingOptions options, WatchingMetrics metrics, WorkerHealth health, TimeProvider timeProvider, ILogger<Watcher> logger)
    : Worker("own suspicion", health, timeProvider, logger)
{
    private const string Lease = "own suspicion";

    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(1);

    // Hours close once an hour: that it is noticed a little later does not matter.
    private static readonly TimeSpan NothingToDo = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(1);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private TimeSpan _pause = NothingToDo;
    private bool _hasLease;
    private bool _hasBegun;

    protected override TimeSpan IdlePause => _pause;

    // Whatever fails is of minutes, and others may need the store more.
    protected override Backoff NewBackoff() => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        _pause = NothingToDo;
        if (!options.Enabled)
            return WorkResult.Idle;
        if (!_hasBegun)
            metrics.Begin();
        _hasBegun = true;
        try
        {
            var started = TimeProvider.GetTimestamp();
            if (await TakeLeaseAsync(stopping) && await passes.StepAsync(stopping))
                _pause = LeastPause + TimeProvider.GetElapsedTime(started) * (1 / options.Share - 1);
            return WorkResult.Idle;
        }
        catch (StoreUnavailableException exception) when (exception.IsOfARight)
        {
            // The store says so in its state. Readings are stored all the same, and nobody has to wait for an opinion.
            metrics.Failed();
            return WorkResult.Idle;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            metrics.Failed();
            throw;
        }
    }

    protected override async ValueTask DrainAsync(CancellationToken deadline)
    {
        if (_hasLease)
            await leases.ReleaseLeaseAsync(Lease, _owner, deadline);
    }

    private async ValueTask<bool> TakeLeaseAsync(CancellationToken cancellationToken)
    {
        // While the store is away there is nothing to give back: the lease runs out.
        _hasLease = false;
        _hasLease = await leases.TryAcquireLeaseAsync(Lease, _owner, LeaseTime, cancellationToken);
        if (!_hasLease)
            metrics.IsBehind(null);
        return _hasLease;
    }
}
