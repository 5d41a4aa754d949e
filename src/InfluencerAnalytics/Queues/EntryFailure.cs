namespace InfluencerAnalytics.Queues;

/// <summary>An entry of a batch of which the queue did not do what was asked, while it did so of the others.</summary>
/// <param name="Index">Its place in what was handed over.</param>
/// <param name="Reason">What the queue said; a sentence for people.</param>
/// <param name="IsStale">Its receipt is no longer valid (another receive or a delete came between): trying again is of no use. Otherwise it is.</param>
public readonly record struct EntryFailure(int Index, string Reason, bool IsStale = false);
