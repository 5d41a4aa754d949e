using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>
/// Sends the shards of the checks for each generation that is sealed, and small ones for influencers that were added since. Behind the seeder of the minute lane and apart from it: a
/// queue of checks that is missing, or away, holds up no seeding.
/// </summary>
internal sealed partial class SuspicionSeeder(
    IMessageQueues queues,
    ISettingStore settings,
    IGenerationStore generations,
    IRosterStore roster,
    ChecksSender sender,
    SuspicionLane lane,
    SuspicionOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILeaseStore leases,
    ILogger<SuspicionSeeder> logger) : Worker("suspicion seeder", health, timeProvider, logger)
{
    // Influencers that are added one by one share a shard with those of the same minute.
    private static readonly TimeSpan AdditionsEvery = TimeSpan.FromMinutes(1);

    // What SQS says of its depth lags behind by some seconds.
    private const int LooksUntilBelieved = 3;

    private readonly SeederLease _lease = new(leases, "suspicion seeder");
    private readonly IMessageQueue _queue = queues.Get(QueueNames.SuspicionChecks);
    private long? _additionsAt;
    private int _emptyLooks;
    private bool _isSeeded;

    // A new deployment waits for its first seeding; later a look costs a call of the queue.
    protected override TimeSpan IdlePause => lane.IsMissing ? SuspicionLane.LookEvery : TimeSpan.FromSeconds(_isSeeded ? 10 : 1);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (!options.Enabled || (await generations.ReadGenerationsAsync(stopping)).Sealed is not { } last)
            return WorkResult.Idle;
        return await lane.WithQueueAsync(() => WorkAsync(last.Generation, stopping));
    }

    private async ValueTask<WorkResult> WorkAsync(long generation, CancellationToken stopping)
    {
        var depth = await _queue.GetDepthAsync(stopping);
        var seeded = await SeededChecks.ReadAsync(settings, stopping);
        if (seeded.Generation != generation || await IsPurgedAsync(depth, stopping))
            return await SeedAsync(generation, seeded, stopping);
        _isSeeded = true;
        if (_additionsAt is not { } at || TimeProvider.GetElapsedTime(at) >= AdditionsEvery)
            await AddAsync(seeded, stopping);
        return WorkResult.Idle;
    }

    private async ValueTask<WorkResult> SeedAsync(long generation, SeededChecks known, CancellationToken stopping)
    {
        if (!await _lease.TryTakeAsync(stopping))
            return WorkResult.Idle;
        try
        {
            // Another seeder may have had the lease until now, and done it.
            if (await SeededChecks.ReadAsync(settings, stopping) is var now && now != known)
                return WorkResult.Worked;
            var (shards, seeded) = await sender.SendAllAsync(await SeededChecks.NextNumberAsync(settings, stopping), generation, _lease, stopping);
            await seeded.WriteAsync(settings, stopping);
            _emptyLooks = 0;
            Log.Sent(Logger, generation, shards, options.Period.TotalSeconds);
        }
        finally
        {
            await _lease.GiveBackAsync();
        }
        return WorkResult.Worked;
    }

    private async ValueTask AddAsync(SeededChecks seeded, CancellationToken stopping)
    {
        if ((await roster.CountRosterAsync(stopping)).Version == seeded.RosterVersion || !await _lease.TryTakeAsync(stopping))
            return;
        try
        {
            var before = await SeededChecks.ReadAsync(settings, stopping);
            var after = await sender.SendAddedAsync(before, _lease, stopping);
            if (after != before)
                await after.WriteAsync(settings, stopping);
            _additionsAt = TimeProvider.GetTimestamp();
        }
        finally
        {
            await _lease.GiveBackAsync();
        }
    }

    // A shard never leaves its queue: one without any was purged, made anew, or is another one than before.
    private async ValueTask<bool> IsPurgedAsync(QueueDepth depth, CancellationToken cancellationToken)
    {
        if (depth is not { Waiting: 0, InFlight: 0, Delayed: 0 } || await roster.CountRosterAsync(cancellationToken) is { Tracked: 0, Gone: 0 })
        {
            _emptyLooks = 0;
            return false;
        }
        return ++_emptyLooks >= LooksUntilBelieved;
    }

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Information, "The shards of generation {Generation} for the suspicion checks are sent: {Shards}, each due every {PeriodSeconds} s.")]
        public static partial void Sent(ILogger logger, long generation, int shards, double periodSeconds);
    }
}
