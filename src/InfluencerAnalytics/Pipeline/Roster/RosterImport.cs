using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>
/// Changes the roster of an open store in pages. Once a generation is sealed, an influencer needs a shard before it is in the roster,
/// which is <see cref="IRosterService"/>'s work; before that, the seeder will make shards for all that it finds.
/// </summary>
internal sealed class RosterImport(IRosterStore store, IGenerationStore generations, IRosterService service)
{
    /// <summary>Large enough that a million ids are a hundred writes, small enough that progress moves.</summary>
    private const int PageSize = 10_000;

    /// <summary>Tracks ids; idempotent.</summary>
    /// <param name="progress">Told after every page how many ids of it were handled.</param>
    public async Task<(long Added, long AlreadyTracked)> AddAsync(IEnumerable<long> ids, Action<int>? progress, CancellationToken cancellationToken)
    {
        long added = 0, already = 0;
        foreach (var page in ids.Chunk(PageSize))
        {
            var result = await AddPageAsync(page, cancellationToken);
            added += result.Added;
            already += result.AlreadyTracked;
            progress?.Invoke(page.Length);
        }
        return (added, already);
    }

    /// <summary>Stops tracking ids; those not tracked are left alone.</summary>
    public async Task<long> RemoveAsync(IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        var removed = 0L;
        foreach (var page in ids.Chunk(PageSize))
            removed += await service.UntrackAsync(page, cancellationToken);
        return removed;
    }

    private async Task<RosterAddResult> AddPageAsync(long[] page, CancellationToken cancellationToken)
    {
        var state = await generations.ReadGenerationsAsync(cancellationToken);
        if (state.Sealed is null)
        {
            var direct = await store.AddInfluencersAsync(page, expectedSealedGeneration: 0, cancellationToken);
            if (direct.Accepted)
                return direct;
        }
        return await service.TrackAsync(page, cancellationToken);
    }
}
