using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Appends;

/// <summary>Where data points and misses come in: nothing is taken while the disk is full, nor what can never be stored. Safe for concurrent use.</summary>
internal sealed class Intake(StoreContext context, AppendWriter writer, DiskGuard disk)
{
    /// <exception cref="StoreUnavailableException">The disk is full, or the write failed.</exception>
    /// <exception cref="StoreRefusedException">One of them can never be stored.</exception>
    public AppendResult Append(IReadOnlyList<DataPointBatch> batches)
    {
        if (disk.RefuseAppend is { } refusal)
            throw new StoreUnavailableException(refusal);
        BatchCheck.Check(batches);
        try
        {
            lock (context.Gate)
                return writer.Append(batches);
        }
        catch (Exception exception) when (DiskGuard.IsBroken(exception))
        {
            throw disk.Unavailable(exception);
        }
    }
}
