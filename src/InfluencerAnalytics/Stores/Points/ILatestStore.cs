namespace InfluencerAnalytics.Stores.Points;

/// <summary>Gives the latest data point of every influencer, and follows it. Safe for concurrent use.</summary>
public interface ILatestStore
{
    /// <summary>
    /// Copies the influencers whose latest data point or roster state changed after a cursor into <paramref name="into"/>, at most
    /// <paramref name="limit"/>. Start with null to load all. Call again with the returned cursor; a page without more is the end for now. A page with more may be
    /// short, even empty. An influencer may come more than once: the copy of the latest slot counts, of those the last. A cursor is opaque, holds for as long as the store is open, and stays good when
    /// it is used late, or twice.
    /// </summary>
    ValueTask<LatestPage> ReadLatestChangesAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken);

    /// <summary>Copies the latest data point and the roster state of these influencers into <paramref name="into"/>, in any order; those of whom nothing is known are left out.</summary>
    ValueTask ReadLatestOfAsync(IReadOnlyList<long> influencerIds, ICollection<LatestPoint> into, CancellationToken cancellationToken);
}
