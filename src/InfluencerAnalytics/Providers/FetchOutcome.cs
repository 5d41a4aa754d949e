using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Providers;

/// <summary>What came of asking the provider once.</summary>
public enum FetchOutcomeKind : byte
{
    Ok,

    /// <summary>A definite answer: the provider does not know the influencer.</summary>
    NotFound,

    /// <summary>The provider asked for fewer requests.</summary>
    Throttled,

    /// <summary>An outage or a fault on the way; worth another try.</summary>
    Transient,

    /// <summary>An answer that fails a check; worth another try, never stored.</summary>
    Malformed,
}

/// <summary>One answer of the provider, or why there is none.</summary>
/// <param name="Kind">Decides whether to store, retry or give up.</param>
/// <param name="Reason">Meaningful unless <paramref name="Kind"/> is <see cref="FetchOutcomeKind.Ok"/>.</param>
/// <param name="FollowerCount">Meaningful when Ok.</param>
/// <param name="FollowingCount">Meaningful when Ok.</param>
/// <param name="RetrievedAt">When the answer was complete, in epoch milliseconds.</param>
/// <param name="Username">Checked and cut; meaningful when Ok.</param>
/// <param name="RetryAfter">What the provider asked for by <c>Retry-After</c>; null when it did not.</param>
public readonly record struct FetchOutcome(
    FetchOutcomeKind Kind,
    MissReason Reason,
    long FollowerCount,
    long FollowingCount,
    long RetrievedAt,
    string? Username,
    TimeSpan? RetryAfter)
{
    public bool IsOk => Kind == FetchOutcomeKind.Ok;

    public static FetchOutcome Ok(long followerCount, long followingCount, long retrievedAt, string username) =>
        new(FetchOutcomeKind.Ok, default, followerCount, followingCount, retrievedAt, username, null);

    public static FetchOutcome Failed(FetchOutcomeKind kind, MissReason reason, TimeSpan? retryAfter = null) =>
        new(kind, reason, 0, 0, 0, null, retryAfter);
}
