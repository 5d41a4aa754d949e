using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Appends;

/// <summary>Refuses what no row could say as it is. The slot is checked where it becomes a key.</summary>
internal static class BatchCheck
{
    /// <exception cref="StoreRefusedException">One of them can never be stored.</exception>
    public static void Check(IReadOnlyList<DataPointBatch> batches)
    {
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i];
            if (!SlotGrid.IsValidInterval(batch.Interval))
                throw new StoreRefusedException($"An interval of {batch.Interval.TotalSeconds} s is not a whole number of seconds from 1 s to 1 h.");
            var points = batch.Points;
            for (var j = 0; j < points.Count; j++)
            {
                var point = points[j];
                if (!InfluencerIds.IsValid(point.InfluencerId))
                    throw new StoreRefusedException($"{point.InfluencerId} is not an influencer's id: 1 to 2^53-1.");
                if (point.FollowerCount < 0 || point.FollowingCount < 0)
                    throw new StoreRefusedException($"A count of influencer {point.InfluencerId} is negative.");
            }
            var missed = batch.Missed;
            for (var j = 0; j < missed.Count; j++)
            {
                if (!InfluencerIds.IsValid(missed[j].InfluencerId) || !Enum.IsDefined(missed[j].Reason))
                    throw new StoreRefusedException($"A miss of {missed[j].InfluencerId} for reason {(int)missed[j].Reason} is none.");
            }
        }
    }
}
