namespace InfluencerAnalytics.Stores.Roster;

/// <summary>
/// When "not found" is the provider's fault and not a fact: so many influencers turned lately, and are not back since, that nobody is given up. The
/// same for every store.
/// </summary>
public static class NotFoundOutage
{
    /// <summary>Fewer are believed, however small the roster: accounts are closed now and then.</summary>
    public const int Least = 20;

    /// <summary>One in so many of the roster, 2%, is too many.</summary>
    public const int OneIn = 50;

    private const int HourSeconds = 3600;

    /// <summary>Whether nobody is to be given up.</summary>
    /// <param name="turned">Influencers of the roster that turned not-found within the window and are not back since.</param>
    /// <param name="roster">Influencers of the roster, tracked and gone.</param>
    public static bool Is(long turned, long roster) => turned >= Least && turned * OneIn > roster;

    /// <summary>How far back it is looked: an hour, and with long intervals twice what it takes to be given up, since it has to be seen before that.</summary>
    public static long WindowSeconds(TimeSpan interval, int goneAfter) => Math.Max(HourSeconds, 2 * goneAfter * (long)interval.TotalSeconds);

    /// <summary>Who turned from here on is counted, in epoch milliseconds: a whole minute, since a store may keep no more of that moment.</summary>
    /// <param name="now">The store's, in epoch milliseconds.</param>
    /// <param name="interval">The resolution.</param>
    /// <param name="goneAfter">After how many answers an influencer is given up.</param>
    public static long WindowStart(long now, TimeSpan interval, int goneAfter) => (now / 1000 - WindowSeconds(interval, goneAfter)) / 60 * 60_000;
}
