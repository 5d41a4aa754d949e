namespace InfluencerAnalytics.Stores;

/// <summary>Keeps, per slot, what was tracked, stored and missed. Safe for concurrent use.</summary>
public interface ISlotStore
{
    /// <summary>
    /// Notes how many influencers are tracked in a slot. The first note makes the record; a later one can only lower the count (an
    /// influencer removed or gone during the slot is no gap; one added during it is due from the next slot on).
    /// </summary>
    ValueTask NoteTrackedAsync(long slot, TimeSpan interval, long tracked, CancellationToken cancellationToken);

    /// <summary>The records of slots in [start, end], ascending; a slot without one is left out.</summary>
    ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken);
}
