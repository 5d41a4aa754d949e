using System.Collections.Frozen;
using InfluencerAnalytics.Embedded.Clocks;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Seeding;

/// <summary>Reads the snapshot by which fetchers go: who was removed or is gone, and what was sealed when. Used under the store's gate.</summary>
internal sealed class SnapshotReader(InfluencerState influencers, Generations generations, StoreClock clock)
{
    private RosterSnapshot? _snapshot;

    /// <summary>Null when nothing has changed since a version.</summary>
    public RosterSnapshot? Read(long knownVersion)
    {
        var sealings = generations.ReadSealings();
        var version = influencers.Roster.Version;
        if (knownVersion == version)
            return null;
        if (_snapshot?.Version == version)
            return _snapshot;
        var removedSince = sealings.RemovedSince(clock.NowMs);
        var removed = new List<long>();
        var gone = new Dictionary<long, long>();
        for (var block = 0; block < influencers.Table.BlockCount; block++)
        {
            foreach (ref readonly var row in influencers.Table.GetBlock(block))
            {
                if (row.Status == InfluencerStatus.Gone)
                    gone.Add(row.Id, row.NextTrySeconds * 1000L);
                else if (row.Status == InfluencerStatus.Removed && row.RosterVersion > removedSince)
                    removed.Add(row.Id);
            }
        }

        return _snapshot = new RosterSnapshot(version, removed.ToFrozenSet(), gone.ToFrozenDictionary(), sealings.Moments);
    }
}
