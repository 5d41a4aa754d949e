using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>
/// Sends the whole roster as the shards of a new generation, and seals that. Only sealing supersedes: one that dies half-way costs a few double fetches, never
/// a shard. For one caller, who has the lease.
/// </summary>
internal sealed class GenerationSender(IRosterStore roster, IGenerationStore generations, SeederLease lease, ShardSender sender)
{
    // Two calls of SQS, one write of the embedded queue.
    private const int ShardsPerSend = 20;

    /// <param name="agreed">How to seed.</param>
    /// <param name="isFirst">Whether nothing was sealed before: no shard is being fetched yet.</param>
    /// <param name="cancellationToken">Ends it half-way; nothing is sealed then.</param>
    /// <returns>What was sealed, and how many influencers the roster had; null when another generation superseded it meanwhile.</returns>
    public async ValueTask<(SealedGeneration Generation, long Influencers)?> SendAsync((TimeSpan Interval, int ShardSize) agreed, bool isFirst, CancellationToken cancellationToken)
    {
        var counts = await roster.CountRosterAsync(cancellationToken);
        var generation = new SealedGeneration(await generations.AllocateGenerationAsync(cancellationToken), agreed.Interval, agreed.ShardSize);
        generation = generation with { Shards = await SendRosterAsync(generation, counts.Tracked + counts.Gone, isFirst, cancellationToken) };

        var version = counts.Version;
        while (true)
        {
            var now = await roster.CountRosterAsync(cancellationToken);
            var added = await roster.ReadAddedSinceAsync(version, cancellationToken);
            generation = generation with { Shards = generation.Shards + await SendAddedAsync(generation, added, cancellationToken) };
            version = now.Version;
            if (await generations.TrySealGenerationAsync(generation, version, cancellationToken))
                return (generation, counts.Tracked + counts.Gone);
            if ((await generations.ReadGenerationsAsync(cancellationToken)).Sealed is { } other && other.Generation > generation.Generation)
                return null;
        }
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
            var page = await roster.ReadRosterAsync(after, ShardsPerSend * size, cancellationToken);
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
            await lease.KeepAsync(cancellationToken);
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
            await lease.KeepAsync(cancellationToken);
        }
        return sent;
    }
}
