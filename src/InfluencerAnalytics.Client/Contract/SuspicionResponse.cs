namespace InfluencerAnalytics.Client.Contract;

/// <summary>Whether an influencer's followers look bought.</summary>
/// <param name="Provider">What the provider says.</param>
public sealed record SuspicionResponse(ProviderSuspicion Provider)
{
    /// <summary>Our own opinion, from what was read of it minute by minute; null while no hour of it has gone into one, or into none of this version.</summary>
    public OwnSuspicion? Own { get; init; }
}

/// <summary>Our own opinion of whether an influencer's followers were bought.</summary>
/// <param name="Score">From 0 (nothing was seen) to below 1; 0.5 and more is suspicious. Null while too little is known to tell, or every hour is wild, which the reason then says.</param>
/// <param name="Reasons">What was seen, the weightiest first.</param>
/// <param name="Since">From when on its hours went into this, ISO 8601.</param>
/// <param name="Until">Until when: what was read since is not in it yet. ISO 8601.</param>
/// <param name="ComputedAt">When the last of them went into it, ISO 8601.</param>
public sealed record OwnSuspicion(double? Score, IReadOnlyList<OwnSuspicionReason> Reasons, string Since, string Until, string ComputedAt);

/// <summary>One thing that was seen in an influencer's series.</summary>
/// <param name="Code">
/// <c>burst</c>: followers that came within half an hour, far beyond the account's own rhythm, and nothing behind them; <c>step</c>: the same within two minutes; <c>delivery</c>: followers that came at an even
/// pace for hours, and then no more; <c>weeded_out</c>: of what a burst brought a part was lost again; <c>followers_alone</c>: following stayed where it was meanwhile; <c>even_growth</c>: growth that is the
/// same by day and by night; <c>following_up</c>: following grows, followers do not; <c>rhythm_unknown</c>: too little is known, or every hour is wild. There may be more in later versions.
/// </param>
/// <param name="Text">The same in words, with its numbers; times of day are UTC.</param>
/// <param name="From">From when, ISO 8601.</param>
/// <param name="To">Until when, ISO 8601.</param>
public sealed record OwnSuspicionReason(string Code, string Text, string From, string To);

/// <summary>The provider's newest verdict. All of it is null while the influencer was never judged.</summary>
/// <param name="Suspicious">Whether its followers look bought.</param>
/// <param name="CheckedAt">When that was judged, ISO 8601.</param>
/// <param name="FollowerCount">The numbers that were judged, from 0.</param>
/// <param name="FollowingCount">As above.</param>
/// <param name="History">The verdicts that changed the flag, the first one among them: the newest first, at most 100.</param>
public sealed record ProviderSuspicion(bool? Suspicious, string? CheckedAt, long? FollowerCount, long? FollowingCount, IReadOnlyList<SuspicionChange> History)
{
    public static ProviderSuspicion None { get; } = new(null, null, null, null, []);
}

/// <summary>A verdict that changed the flag.</summary>
/// <param name="Suspicious">What it was from then on.</param>
/// <param name="CheckedAt">When, ISO 8601.</param>
/// <param name="FollowerCount">The numbers that were judged, from 0.</param>
/// <param name="FollowingCount">As above.</param>
public sealed record SuspicionChange(bool Suspicious, string CheckedAt, long FollowerCount, long FollowingCount);
