namespace InfluencerAnalytics.Stores.Slots;

/// <summary>Keeps, per slot, what was tracked, stored and missed. Safe for concurrent use.</summary>
public interface ISlotStore
{
    /// <summary>
    /// Makes the record of a slot, so that it shows also when nothing arrives for it; one that there is stays. It says how many were tracked and
    /// gone when the slot began, however late it is made: one added in the middle is due from the next slot on, one removed before the slot is
    /// final counts only when a data point of it is stored.
    /// </summary>
    ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken);

    /// <summary>The records of slots in [start, end], ascending; a slot without one is left out.</summary>
    ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken);

    /// <summary>
    /// The sums of the slots of each UTC hour that starts in [start, end], ascending; an hour without a record of a slot is left out. They outlive the records, as long as the
    /// daily roll-ups are kept, and are never behind them: whatever changes a record (a late point, a roster that was another one then) changes its hour at once.
    /// </summary>
    ValueTask<IReadOnlyList<SlotSum>> ReadSlotHoursAsync(long startMs, long endMs, CancellationToken cancellationToken);

    /// <summary>From when on records of slots, and sums of their hours, are there.</summary>
    ValueTask<SlotsKeptSince> ReadSlotsKeptSinceAsync(CancellationToken cancellationToken);
}
