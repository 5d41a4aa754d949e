using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores;

/// <summary>What became of one slot.</summary>
/// <param name="Slot">In epoch milliseconds.</param>
/// <param name="Interval">The resolution at that time.</param>
/// <param name="Tracked">Influencers tracked then; 0 when it was never noted.</param>
/// <param name="Stored">Data points stored for it.</param>
/// <param name="FollowerSum">Over the stored points.</param>
/// <param name="FollowingSum">Over the stored points.</param>
/// <param name="Missed">Reported misses by reason.</param>
public sealed record SlotSummary(
    long Slot,
    TimeSpan Interval,
    long Tracked,
    long Stored,
    Int128 FollowerSum,
    Int128 FollowingSum,
    IReadOnlyDictionary<MissReason, long> Missed)
{
    /// <summary>Stored / tracked, at most 1; null when nothing was tracked.</summary>
    public double? Coverage => Tracked == 0 ? null : Math.Min(1, (double)Stored / Tracked);
}
