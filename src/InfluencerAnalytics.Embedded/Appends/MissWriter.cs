using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.Roster;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Appends;

/// <summary>Takes misses in. Used under the store's gate, within one write.</summary>
internal sealed class MissWriter(InfluencerState influencers, SlotRecords slots, PointTable points, NotFoundRules notFound)
{
    /// <param name="staged">Points of this write that the database does not have yet, and that are older than the latest of their influencer.</param>
    public void Stage(DataPointBatch batch, uint slot, HashSet<(long Id, uint Slot)> staged)
    {
        for (var i = 0; i < batch.Missed.Count; i++)
        {
            var miss = batch.Missed[i];
            var row = influencers.Table.Find(miss.InfluencerId);
            if (row < 0 || influencers.Table[row].Status == InfluencerStatus.Unknown)
                continue;
            // It was read all the same: by a retry, or by another fetcher.
            if (points.Has(influencers.Table[row], slot) || staged.Contains((miss.InfluencerId, slot)))
                continue;
            if (influencers.Standings.IsTracked(row, slot))
                slots.CountMiss(slot, miss, batch.Interval);
            if (miss.Reason == MissReason.NotFound)
                notFound.NoteNotFound(row, slot, batch.Interval);
        }
    }
}
