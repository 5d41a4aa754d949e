using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Takes misses in. Used under the store's gate, within one write.</summary>
internal sealed class MissWriter(StoreContext context)
{
    /// <param name="staged">Points of this write that the database does not have yet, and that are older than the latest of their influencer.</param>
    public void Stage(DataPointBatch batch, uint slot, HashSet<(long Id, uint Slot)> staged)
    {
        for (var i = 0; i < batch.Missed.Count; i++)
        {
            var miss = batch.Missed[i];
            var row = context.Table.Find(miss.InfluencerId);
            if (row < 0 || context.Table[row].Status == InfluencerStatus.Unknown)
                continue;
            // It was read all the same: by a retry, or by another fetcher.
            if (context.HasPoint(context.Table[row], slot) || staged.Contains((miss.InfluencerId, slot)))
                continue;
            if (context.Standings.IsTracked(row, slot))
                context.Misses.Set(slot, miss.InfluencerId, miss.Reason, context.Slots.Change(slot, batch.Interval));
            if (miss.Reason == MissReason.NotFound)
                context.NotFound.NoteNotFound(row, slot, batch.Interval);
        }
    }
}
