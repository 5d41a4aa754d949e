using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>
/// Seeds the roster as a new generation of shards when there is need (<see cref="SeedingNeed"/>). Only sealing supersedes: a seeder that dies half-way
/// costs a few double fetches, never a shard. Interval and shard size are what the deployment agreed on: its own configuration counts only when
/// nothing is agreed yet, so that two seeders cannot seed against each other.
/// </summary>
internal sealed partial class Seeder(
    IRosterStore store,
    ShardSender sender,
    SeedingOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Seeder> logger) : Worker("seeder", health, timeProvider, logger)
{
    private const string LeaseName = "seeder";

    // Two calls of SQS, one write of the embedded queue.
    private const int ShardsPerSend = 20;

    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(60);

    // SQS drops messages after 14 days, so 4 are left to find out why.
    private static readonly TimeSpan AlertAfter = TimeSpan.FromDays(10);

    private static readonly SeedingOptions Defaults = new();

    private readonly Episode _notSealed = new(timeProvider);
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    private readonly SeedingNeed _need = new(options, timeProvider);
    private bool _isOverruled;

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(5);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var agreed = await AgreeAsync(stopping);
        var state = await store.ReadGenerationsAsync(stopping);
        AlertWhenNotSealedForLong(state);
        if (await ReasonAsync(state, agreed, stopping) is null || !await store.TryAcquireLeaseAsync(LeaseName, _owner, LeaseDuration, stopping))
            return WorkResult.Idle;
        try
        {
            // Another seeder may have had the lease until now, and done it.
            state = await store.ReadGenerationsAsync(stopping);
            if (await ReasonAsync(state, agreed, stopping) is not { } reason)
                return WorkResult.Idle;
            await SeedAsync(agreed.Interval, agreed.ShardSize, isFirst: state.Sealed is null, reason, stopping);
        }
        finally
        {
            await store.ReleaseLeaseAsync(LeaseName, _owner, CancellationToken.None);
        }
        return WorkResult.Worked;
    }

    private async ValueTask<(TimeSpan Interval, int ShardSize)> AgreeAsync(CancellationToken cancellationToken)
    {
        var agreed = await DeploymentAgreement.AgreeAsync(store, options, cancellationToken);
        // Who leaves them at their defaults has no wish that could be overruled.
        var isOverruled = (options.Interval != agreed.Interval && options.Interval != Defaults.Interval)
            || (options.ShardSize != agreed.ShardSize && options.ShardSize != Defaults.ShardSize);
        if (isOverruled && !_isOverruled)
            Log.Overruled(Logger, options.Interval.TotalSeconds, options.ShardSize, agreed.Interval.TotalSeconds, agreed.ShardSize);
        _isOverruled = isOverruled;
        return agreed;
    }

    private async ValueTask<string?> ReasonAsync(GenerationState state, (TimeSpan Interval, int ShardSize) agreed, CancellationToken cancellationToken) =>
        _need.ReasonFor(state, await store.CountRosterAsync(cancellationToken), agreed);

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

    private async ValueTask SeedAsync(TimeSpan interval, int shardSize, bool isFirst, string reason, CancellationToken cancellationToken)
    {
        var counts = await store.CountRosterAsync(cancellationToken);
        var generation = new SealedGeneration(await store.AllocateGenerationAsync(cancellationToken), interval, shardSize);
        generation = generation with { Shards = await SendRosterAsync(generation, counts.Tracked + counts.Gone, isFirst, cancellationToken) };

        var version = counts.Version;
        while (true)
        {
            var now = await store.CountRosterAsync(cancellationToken);
            var added = await store.ReadAddedSinceAsync(version, cancellationToken);
            generation = generation with { Shards = generation.Shards + await SendAddedAsync(generation, added, cancellationToken) };
            version = now.Version;
            if (await store.TrySealGenerationAsync(generation, version, cancellationToken))
                break;
            if ((await store.ReadGenerationsAsync(cancellationToken)).Sealed is { } other && other.Generation > generation.Generation)
                return;
        }
        Log.Sealed(Logger, generation.Generation, generation.Shards, counts.Tracked + counts.Gone, interval.TotalSeconds, reason);
    }

    private async ValueTask<int> SendRosterAsync(SealedGeneration generation, long rosterSize, bool isFirst, CancellationToken cancellationToken)
    {
        var size = generation.ShardSize;
        var count = (int)Math.Max(1, (rosterSize + size - 1) / size);
        var number = 0;
        var sent = 0L;
        var after = 0L;
        while (true)
        {
            var page = await store.ReadRosterAsync(after, ShardsPerSend * size, cancellationToken);
            if (page.Count == 0)
                return number;
            after = page[^1].InfluencerId;
            var shards = new List<Shard>();
            foreach (var chunk in page.Select(entry => entry.InfluencerId).Chunk(size))
            {
                // More than were counted: the roster grew meanwhile. Sharing the last place, they would all be due at one moment.
                shards.Add(number < count
                    ? new Shard(generation.Generation, number, count, generation.Interval, chunk)
                    : Shard.ForAddedIds(generation.Generation, generation.Interval, chunk));
                number++;
            }
            await sender.SendAsync(shards, isFirst ? sent : null, cancellationToken);
            sent += page.Count;
            await KeepLeaseAsync(cancellationToken);
        }
    }

    private async ValueTask<int> SendAddedAsync(SealedGeneration generation, IReadOnlyList<long> added, CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var page in added.Chunk(ShardsPerSend * generation.ShardSize))
        {
            var shards = page.Chunk(generation.ShardSize).Select(chunk => Shard.ForAddedIds(generation.Generation, generation.Interval, chunk)).ToList();
            await sender.SendAsync(shards, idsAhead: null, cancellationToken);
            sent += shards.Count;
            await KeepLeaseAsync(cancellationToken);
        }
        return sent;
    }

    private async ValueTask KeepLeaseAsync(CancellationToken cancellationToken)
    {
        if (!await store.TryAcquireLeaseAsync(LeaseName, _owner, LeaseDuration, cancellationToken))
            throw new StoreUnavailableException("Another seeder took the lease; this seeding is abandoned and not sealed.");
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
