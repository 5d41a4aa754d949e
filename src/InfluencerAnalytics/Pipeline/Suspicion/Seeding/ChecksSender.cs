using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>Sends the whole roster, or who was added to it, as shards of the checks. For one caller, who has the lease.</summary>
internal sealed class ChecksSender(IRosterStore roster, SuspicionShardSender sender, SuspicionOptions options)
{
    // Ten calls of SQS, one write of the embedded queue.
    private const int ShardsPerSend = 100;

    /// <param name="sending">The number of it, which the shards carry.</param>
    /// <param name="generation">For which sealed one it is.</param>
    /// <param name="lease">Kept meanwhile.</param>
    /// <param name="cancellationToken">Ends it; what was sent is sent.</param>
    /// <returns>How many shards were sent, and up to which version of the roster.</returns>
    public async ValueTask<(int Shards, SeededChecks Seeded)> SendAllAsync(long sending, long generation, SeederLease lease, CancellationToken cancellationToken)
    {
        var counts = await roster.CountRosterAsync(cancellationToken);
        var count = (int)Math.Max(1, (counts.Tracked + counts.Gone + options.ShardSize - 1) / options.ShardSize);
        var (number, sent, after) = (0, 0L, 0L);
        while (await roster.ReadRosterAsync(after, ShardsPerSend * options.ShardSize, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].InfluencerId;
            var shards = new List<SuspicionShard>();
            foreach (var chunk in page.Select(static entry => entry.InfluencerId).Chunk(options.ShardSize))
            {
                // More than were counted: the roster grew meanwhile. Sharing the last place, they would all be due at one moment.
                shards.Add(number < count
                    ? new SuspicionShard(sending, number, count, options.Period, chunk)
                    : SuspicionShard.ForAddedIds(sending, options.Period, chunk));
                number++;
            }
            await sender.SendAsync(shards, sent, cancellationToken);
            sent += page.Count;
            await lease.KeepAsync(cancellationToken);
        }
        return (number, new SeededChecks(sending, generation, counts.Version));
    }

    /// <summary>Of those who were added since, if any.</summary>
    public async ValueTask<SeededChecks> SendAddedAsync(SeededChecks seeded, SeederLease lease, CancellationToken cancellationToken)
    {
        var counts = await roster.CountRosterAsync(cancellationToken);
        var sent = 0L;
        foreach (var page in (await roster.ReadAddedSinceAsync(seeded.RosterVersion, cancellationToken)).Chunk(ShardsPerSend * options.ShardSize))
        {
            var shards = page.Chunk(options.ShardSize).Select(chunk => SuspicionShard.ForAddedIds(seeded.Number, options.Period, chunk)).ToList();
            await sender.SendAsync(shards, sent, cancellationToken);
            sent += page.Length;
            await lease.KeepAsync(cancellationToken);
        }
        return seeded with { RosterVersion = counts.Version };
    }
}
