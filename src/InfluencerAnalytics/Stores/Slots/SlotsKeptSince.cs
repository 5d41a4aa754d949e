namespace InfluencerAnalytics.Stores.Slots;

/// <summary>From when on a store still has what became of slots, in epoch milliseconds; null while there is none.</summary>
/// <param name="Slots">The earliest slot with a record.</param>
/// <param name="Hours">The start of the earliest hour of which the sums are kept, or can be computed.</param>
public readonly record struct SlotsKeptSince(long? Slots, long? Hours);
