using InfluencerAnalytics.Postgres.Ranks;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Postgres.Upkeep;

/// <summary>Rolls up, mends, ranks, makes ahead and drops behind, in one of the processes that have the store; the others wait to take over.</summary>
internal sealed class UpkeepWorker(
    RollupMaker rollups, SlotHourMaker slotHours, RankMaker ranks, Retention retention, Leases leases, WorkerHealth health, TimeProvider timeProvider, ILogger<UpkeepWorker> logger)
    : Worker("upkeep", health, timeProvider, logger)
{
    private const string Lease = "upkeep";

    // Longer than a slice of a roll-up or a drop takes.
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(2);

    // A drop that waits for somebody else's transaction, an hour of backup say, has everybody wait behind it.
    private static readonly TimeSpan DropsAgainAfter = TimeSpan.FromMinutes(1);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private bool _hasLease;
    private long? _retainedAt;
    private string? _notDropped;

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(10);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (!await MayGoOnAsync(stopping))
            return WorkResult.Idle;
        // Each by itself: what fails keeps nothing else from being done, and is said once all had their turn.
        var round = new UpkeepRound(() => MayGoOnAsync(stopping), stopping);
        await round.DoAsync(() => RetainAsync(stopping));
        // Both in each round: a backlog of hours must not keep late points waiting.
        var hasRolledUp = await round.DoAsync(() => rollups.RollUpNextAsync(() => MayGoOnAsync(stopping), stopping));
        var hasMended = await round.DoAsync(() => rollups.MendLateAsync(stopping));
        var hasSummed = await round.DoAsync(() => slotHours.MakeNextAsync(stopping));
        // Of what is rolled up and mended, but for what cannot be.
        var hasRanked = !hasRolledUp && !hasMended && await round.DoAsync(() => ranks.RankNextAsync(() => MayGoOnAsync(stopping), stopping));
        round.ThrowFirst();
        return (hasRolledUp || hasMended || hasSummed || hasRanked ? WorkResult.Worked : WorkResult.Idle) with { BlockedBecause = _notDropped };
    }

    protected override async ValueTask DrainAsync(CancellationToken deadline)
    {
        if (_hasLease)
            await leases.ReleaseAsync(Lease, _owner, deadline);
    }

    private async ValueTask<bool> RetainAsync(CancellationToken cancellationToken)
    {
        if (_retainedAt is { } last && TimeProvider.GetElapsedTime(last) < (_notDropped is null ? IdlePause : DropsAgainAfter))
            return false;
        _retainedAt = TimeProvider.GetTimestamp();
        _notDropped = await retention.ApplyAsync(cancellationToken);
        return true;
    }

    private async ValueTask<bool> MayGoOnAsync(CancellationToken cancellationToken)
    {
        // While the database is away there is nothing to give back: the lease runs out.
        _hasLease = false;
        return _hasLease = await leases.TryAcquireAsync(Lease, _owner, LeaseTime, cancellationToken);
    }
}
