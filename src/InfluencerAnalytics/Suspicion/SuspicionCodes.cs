namespace InfluencerAnalytics.Suspicion;

/// <summary>The kinds of reasons, as they are answered.</summary>
public static class SuspicionCodes
{
    /// <summary>Followers that came within half an hour, far beyond the account's own rhythm, and nothing behind them.</summary>
    public const string Burst = "burst";

    /// <summary>The same within two minutes.</summary>
    public const string Step = "step";

    /// <summary>Followers that came at an even pace for about three hours or more, and then no more.</summary>
    public const string Delivery = "delivery";

    /// <summary>Of what a burst brought a part was lost again.</summary>
    public const string WeededOut = "weeded_out";

    /// <summary>While a burst brought followers, following stayed where it was.</summary>
    public const string FollowersAlone = "followers_alone";

    /// <summary>Growth that is the same by day and by night.</summary>
    public const string EvenGrowth = "even_growth";

    /// <summary>Following grows, followers do not.</summary>
    public const string FollowingUp = "following_up";

    /// <summary>Too little is known, or the account's every hour is wild, so that nothing can be called unusual. It adds nothing to the score.</summary>
    public const string RhythmUnknown = "rhythm_unknown";
}
