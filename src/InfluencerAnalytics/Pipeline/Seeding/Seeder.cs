using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>
/// Seeds the roster as a new generation of shards when there is need (<see cref="SeedingNeed"/>). Interval and shard size are what the
/// deployment agreed on: its own configuration counts only when nothing is agreed yet, so that two seeders cannot seed against each other.
/// </summary>
internal sealed partial class Seeder(
    IMessageQueues queues,
    ISettingStore settings,
    IGenerationStore generations,
    IRosterStore roster,
    SeederLease lease,
    GenerationSender sender,
    SeedingOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Seeder> logger) : Worker("seeder", health, timeProvider, logger)
{
    // SQS drops messages after 14 days, so 4 are left to find out why.
    private static readonly TimeSpan AlertAfter = TimeSpan.FromDays(10);

    private static readonly SeedingOptions Defaults = new();

    private readonly TimeSpan _shortest = queues.Get(QueueNames.InfluencerIdStore).VisibilityGranularity * 5;
    private readonly Episode _notSealed = new(timeProvider);
    private readonly SeedingNeed _need = new(options, timeProvider);
    private bool _isOverruled;

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(5);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var agreed = await AgreeAsync(stopping);
        var state = await generations.ReadGenerationsAsync(stopping);
        AlertWhenNotSealedForLong(state);
        // Visibility, delays and holds are in units of the queue's: a few of them must fit.
        if (agreed.Interval < _shortest)
            return WorkResult.Blocked($"an interval of {agreed.Interval.TotalSeconds} s is too short for these queues, which count in units of {queues.Get(QueueNames.InfluencerIdStore).VisibilityGranularity.TotalSeconds} s: agree on {_shortest.TotalSeconds} s at the least ('config set interval=…').");
        if (await ReasonAsync(state, agreed, stopping) is null || !await lease.TryTakeAsync(stopping))
            return WorkResult.Idle;
        try
        {
            // Another seeder may have had the lease until now, and done it.
            state = await generations.ReadGenerationsAsync(stopping);
            if (await ReasonAsync(state, agreed, stopping) is not { } reason)
                return WorkResult.Idle;
            if (await sender.SendAsync(agreed, isFirst: state.Sealed is null, stopping) is (var generation, var influencers))
                Log.Sealed(Logger, generation.Generation, generation.Shards, influencers, generation.Interval.TotalSeconds, reason);
        }
        finally
        {
            await lease.GiveBackAsync();
        }
        return WorkResult.Worked;
    }

    private async ValueTask<(TimeSpan Interval, int ShardSize)> AgreeAsync(CancellationToken cancellationToken)
    {
        var agreed = await DeploymentAgreement.AgreeAsync(settings, options, cancellationToken);
        // Who leaves them at their defaults has no wish that could be overruled.
        var isOverruled = (options.Interval != agreed.Interval && options.Interval != Defaults.Interval)
            || (options.ShardSize != agreed.ShardSize && options.ShardSize != Defaults.ShardSize);
        if (isOverruled && !_isOverruled)
            Log.Overruled(Logger, options.Interval.TotalSeconds, options.ShardSize, agreed.Interval.TotalSeconds, agreed.ShardSize);
        _isOverruled = isOverruled;
        return agreed;
    }

    private async ValueTask<string?> ReasonAsync(GenerationState state, (TimeSpan Interval, int ShardSize) agreed, CancellationToken cancellationToken) =>
        _need.ReasonFor(state, await roster.CountRosterAsync(cancellationToken), agreed);

    private void AlertWhenNotSealedForLong(GenerationState state)
    {
        if (state.Sealed is not { } last || state.SinceSealed <= AlertAfter)
        {
            if (_notSealed.Over() is { } past)
                Log.SealedAgain(Logger, past.Seconds);
        }
        else if (_notSealed.Happened(""))
        {
            Log.NotSealedForLong(Logger, last.Generation, AlertAfter.TotalDays);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Generation {Generation} is sealed, since {Reason}: {Shards} shards with {Influencers} influencers, every {IntervalSeconds} s.")]
        public static partial void Sealed(ILogger logger, long generation, long shards, long influencers, double intervalSeconds, string reason);

        [LoggerMessage(1302, LogLevel.Critical, "Nothing was sealed since generation {Generation}, for more than {Days} days. The queue drops shards after 14.")]
        public static partial void NotSealedForLong(ILogger logger, long generation, double days);

        [LoggerMessage(1303, LogLevel.Warning, "This seeder is configured for {Interval} s and {ShardSize} ids a shard, but the deployment agreed on {AgreedInterval} s and {AgreedShardSize}: it goes by that. 'config set' changes what is agreed.")]
        public static partial void Overruled(ILogger logger, double interval, int shardSize, double agreedInterval, int agreedShardSize);

        [LoggerMessage(1304, LogLevel.Information, "A generation is sealed again, {Seconds} s after the alert.")]
        public static partial void SealedAgain(ILogger logger, double seconds);
    }
}
