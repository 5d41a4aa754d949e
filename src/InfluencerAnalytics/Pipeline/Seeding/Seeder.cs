using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>
/// Seeds the roster as a new generation of shards when none is sealed, when the interval or the shard size wanted differs, when the sealed one
/// grows old, and when asked. Only sealing supersedes: a seeder that dies half-way costs a few double fetches, never a shard.
/// </summary>
internal sealed partial class Seeder(
    IInfluencerStore store,
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

    private readonly Episode _notSealed = new(timeProvider);
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(5);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var state = await store.ReadGenerationsAsync(stopping);
        AlertWhenNotSealedForLong(state.Sealed);
        if (!IsSeedingDue(state.Sealed, await SeedingRequest.ReadAsync(store, stopping)))
            return WorkResult.Idle;
        if (!await store.TryAcquireLeaseAsync(LeaseName, _owner, LeaseDuration, stopping))
            return WorkResult.Idle;
        try
        {
            await SeedAsync(isFirst: state.Sealed is null, stopping);
        }
        finally
        {
            await store.ReleaseLeaseAsync(LeaseName, _owner, CancellationToken.None);
        }
        return WorkResult.Worked;
    }

    private void AlertWhenNotSealedForLong(SealedGeneration? last)
    {
        if (last is null || NowMs - last.SealedAt <= AlertAfter.TotalMilliseconds)
        {
            if (_notSealed.Over() is { } past)
                Log.SealedAgain(Logger, past.Seconds);
        }
        else if (_notSealed.Happened(""))
        {
            Log.NotSealedForLong(Logger, last.Generation, AlertAfter.TotalDays);
        }
    }

    private bool IsSeedingDue(SealedGeneration? last, long requestedAt) =>
        last is null || requestedAt > last.SealedAt || last.Interval != options.Interval || last.ShardSize != options.ShardSize
        || NowMs - last.SealedAt >= options.ReseedAfter.TotalMilliseconds;

    private async ValueTask SeedAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var counts = await store.CountRosterAsync(cancellationToken);
        var generation = await store.AllocateGenerationAsync(cancellationToken);
        var shards = await SendRosterAsync(generation, counts.Tracked + counts.Gone, isFirst, cancellationToken);

        var version = counts.Version;
        while (true)
        {
            var now = await store.CountRosterAsync(cancellationToken);
            var added = await store.ReadAddedSinceAsync(version, cancellationToken);
            if (added.Count > 0)
                await SendAddedAsync(generation, added, cancellationToken);
            version = now.Version;
            var finished = new SealedGeneration(generation, options.Interval, options.ShardSize, NowMs);
            if (await store.TrySealGenerationAsync(finished, version, cancellationToken))
                break;
            if ((await store.ReadGenerationsAsync(cancellationToken)).Sealed is { } other && other.Generation > generation)
                return;
        }
        Log.Sealed(Logger, generation, shards, counts.Tracked + counts.Gone, options.Interval.TotalSeconds);
    }

    private async ValueTask<int> SendRosterAsync(long generation, long rosterSize, bool isFirst, CancellationToken cancellationToken)
    {
        var count = (int)Math.Max(1, (rosterSize + options.ShardSize - 1) / options.ShardSize);
        var number = 0;
        var sent = 0L;
        var after = 0L;
        while (true)
        {
            var page = await store.ReadRosterAsync(after, ShardsPerSend * options.ShardSize, cancellationToken);
            if (page.Count == 0)
                return number;
            after = page[^1].InfluencerId;
            var shards = new List<Shard>();
            foreach (var chunk in page.Select(entry => entry.InfluencerId).Chunk(options.ShardSize))
                // More than counted when influencers were added meanwhile: the last place is shared then.
                shards.Add(new Shard(generation, Math.Min(number++, count - 1), count, options.Interval, chunk));
            await sender.SendAsync(shards, isFirst ? sent : null, cancellationToken);
            sent += page.Count;
            if (!await store.TryAcquireLeaseAsync(LeaseName, _owner, LeaseDuration, cancellationToken))
                throw new StoreUnavailableException("Another seeder took the lease; this seeding is abandoned and not sealed.");
        }
    }

    private async ValueTask SendAddedAsync(long generation, IReadOnlyList<long> added, CancellationToken cancellationToken)
    {
        foreach (var page in added.Chunk(ShardsPerSend * options.ShardSize))
        {
            var shards = page.Chunk(options.ShardSize).Select(chunk => Shard.ForAddedIds(generation, options.Interval, chunk)).ToList();
            await sender.SendAsync(shards, idsAhead: null, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Generation {Generation} is sealed: {Shards} shards with {Influencers} influencers, every {IntervalSeconds} s.")]
        public static partial void Sealed(ILogger logger, long generation, int shards, long influencers, double intervalSeconds);

        [LoggerMessage(1302, LogLevel.Critical, "Nothing was sealed since generation {Generation}, for more than {Days} days. The queue drops shards after 14.")]
        public static partial void NotSealedForLong(ILogger logger, long generation, double days);

        [LoggerMessage(1303, LogLevel.Information, "A generation is sealed again, {Seconds} s after the alert.")]
        public static partial void SealedAgain(ILogger logger, double seconds);
    }
}
