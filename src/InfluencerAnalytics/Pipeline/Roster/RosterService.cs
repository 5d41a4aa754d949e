using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <inheritdoc cref="IRosterService"/>
internal sealed class RosterService(
    IRosterStore store, IGenerationStore generations, ISettingStore settings, ShardSender sender, SeedingOptions options) : IRosterService
{
    // Each page is one write of the store and at most 20 shards in one send.
    private const int PageSize = 10_000;

    public async ValueTask<RosterAddResult> TrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var added = 0;
        var known = 0;
        foreach (var page in ids.Distinct().Chunk(PageSize))
        {
            var result = await TrackPageAsync(page, cancellationToken);
            added += result.Added;
            known += result.AlreadyTracked;
        }
        return new RosterAddResult(true, added, known);
    }

    public ValueTask<int> UntrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        store.RemoveInfluencersAsync(ids, cancellationToken);

    private async ValueTask<RosterAddResult> TrackPageAsync(long[] page, CancellationToken cancellationToken)
    {
        var untracked = await UntrackedAsync(page, cancellationToken);
        if (untracked.Count == 0)
            return new RosterAddResult(true, 0, page.Length);
        while (true)
        {
            var sealedGeneration = (await generations.ReadGenerationsAsync(cancellationToken)).Sealed;
            var generation = sealedGeneration?.Generation ?? 0;
            var (interval, shardSize) = sealedGeneration is null
                ? await BeforeSeedingAsync(cancellationToken)
                : (sealedGeneration.Interval, sealedGeneration.ShardSize);
            var shards = untracked.Chunk(shardSize).Select(chunk => Shard.ForAddedIds(generation, interval, chunk)).ToList();
            await sender.SendAsync(shards, idsAhead: 0, cancellationToken);
            var result = await store.AddInfluencersAsync(untracked, generation, cancellationToken);
            // Refused: a generation was sealed in between, and the shards just sent will be dropped as superseded.
            if (result.Accepted)
                return result with { AlreadyTracked = result.AlreadyTracked + page.Length - untracked.Count };
        }
    }

    // Before anything is sealed the first seeding will find the ids in the roster; shards of "no generation" carry them until then.
    private async ValueTask<(TimeSpan Interval, int ShardSize)> BeforeSeedingAsync(CancellationToken cancellationToken)
    {
        var agreed = await DeploymentAgreement.ReadAsync(settings, cancellationToken);
        return (agreed.Interval ?? options.Interval, agreed.ShardSize ?? options.ShardSize);
    }

    private async ValueTask<List<long>> UntrackedAsync(long[] page, CancellationToken cancellationToken)
    {
        var untracked = new List<long>();
        foreach (var id in page)
        {
            var entry = await store.FindInfluencerAsync(id, cancellationToken);
            if (entry is null || !entry.Status.IsOnRoster())
                untracked.Add(id);
        }
        return untracked;
    }
}
