namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>
/// Says what is old enough to be dropped: what both the store's clock and this machine's call old. One of them that jumps ahead must not cost what was kept, or have readings of now
/// taken for readings of the past. Safe for concurrent use.
/// </summary>
internal sealed class Ages(TimeProvider timeProvider)
{
    /// <summary>The earlier of the two clocks.</summary>
    /// <param name="storeTime">By the store's.</param>
    public DateTime Now(DateTime storeTime)
    {
        var own = timeProvider.GetUtcNow().UtcDateTime;
        return own < storeTime ? own : storeTime;
    }
}
