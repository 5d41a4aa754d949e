using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>Tracks and stops tracking in the fake store, without shards.</summary>
internal sealed class FakeRosterService(FakeStore store) : IRosterService
{
    public async ValueTask<RosterAddResult> TrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var id in ids)
        {
            if (await store.FindInfluencerAsync(id, cancellationToken) is { Status: Influencers.InfluencerStatus.Tracked })
                continue;
            store.Track(id);
            added++;
        }
        return new RosterAddResult(true, added, ids.Count - added);
    }

    public async ValueTask<int> UntrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var id in ids)
        {
            if (await store.FindInfluencerAsync(id, cancellationToken) is not { Status: Influencers.InfluencerStatus.Tracked })
                continue;
            store.SetStatus(id, Influencers.InfluencerStatus.Removed);
            removed++;
        }
        return removed;
    }
}
