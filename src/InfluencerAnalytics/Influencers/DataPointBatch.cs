namespace InfluencerAnalytics.Influencers;

/// <summary>What one data-point message carries: what was read in one slot, and what was missed and why.</summary>
/// <param name="Slot">In epoch milliseconds; every point of the batch has it.</param>
/// <param name="Interval">The resolution of the slot.</param>
/// <param name="Points">May be empty when all were missed.</param>
/// <param name="Missed">Usually empty.</param>
public sealed record DataPointBatch(long Slot, TimeSpan Interval, IReadOnlyList<DataPoint> Points, IReadOnlyList<Miss> Missed);
