namespace InfluencerAnalytics.Client.Contract;

/// <summary>Whether an influencer's followers look bought.</summary>
/// <param name="Provider">What the provider says.</param>
public sealed record SuspicionResponse(ProviderSuspicion Provider);

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
