namespace InfluencerAnalytics.Stores.Points;

/// <summary>
/// From when on a store still has each kind of data, in epoch milliseconds: from the later of where its retention has dropped and where its data
/// begins. Null while there is none of the kind.
/// </summary>
/// <param name="Points">The earliest slot from which all stored data points are still there.</param>
/// <param name="Hours">The start of the earliest hour of which roll-ups are kept, or can be computed.</param>
/// <param name="Days">As above, of days.</param>
public readonly record struct KeptSince(long? Points, long? Hours, long? Days);
