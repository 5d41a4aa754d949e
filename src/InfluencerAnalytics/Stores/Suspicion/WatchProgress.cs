namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>How far the hours of all influencers are folded into their watches. The default is where a store begins.</summary>
/// <param name="Round">How often all was begun anew. A watch of another round gives way to a new one when its next hours are folded.</param>
/// <param name="FoldedUntil">Hours that begin before this, in epoch milliseconds, are folded of every influencer. 0 while none is.</param>
/// <param name="Until">Up to where the pass that is under way folds; the same as <paramref name="FoldedUntil"/> when none is.</param>
/// <param name="AfterId">Up to which influencer that pass is through; 0 when none is under way.</param>
public readonly record struct WatchProgress(int Round, long FoldedUntil, long Until, long AfterId)
{
    public bool IsUnderWay => Until > FoldedUntil;

    /// <summary>Of one who begins with the oldest hour that is kept, and takes no watch that there is for granted.</summary>
    public WatchProgress Anew() => new(Round + 1, 0, 0, 0);

    /// <summary>A pass over hours [from, until) begins.</summary>
    public WatchProgress Begin(long from, long until) => new(Round, from, until, 0);

    /// <summary>The pass is through all influencers.</summary>
    public WatchProgress End() => new(Round, Until, Until, 0);
}
