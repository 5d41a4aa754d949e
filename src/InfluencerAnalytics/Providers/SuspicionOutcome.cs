using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Providers;

/// <summary>The provider's verdict on an influencer, or why there is none.</summary>
/// <param name="Kind">Whether there is one, or what to do about it.</param>
/// <param name="Reason">Meaningful unless <paramref name="Kind"/> is <see cref="FetchOutcomeKind.Ok"/>.</param>
/// <param name="IsSuspicious">Meaningful when Ok.</param>
/// <param name="CheckedAt">When the answer was complete, in epoch milliseconds; meaningful when Ok.</param>
/// <param name="RetryAfter">What the provider asked for by <c>Retry-After</c>; null when it did not.</param>
public readonly record struct SuspicionOutcome(FetchOutcomeKind Kind, MissReason Reason, bool IsSuspicious, long CheckedAt, TimeSpan? RetryAfter)
{
    public bool IsOk => Kind == FetchOutcomeKind.Ok;

    public static SuspicionOutcome Ok(bool isSuspicious, long checkedAt) => new(FetchOutcomeKind.Ok, default, isSuspicious, checkedAt, null);

    public static SuspicionOutcome Failed(FetchOutcomeKind kind, MissReason reason, TimeSpan? retryAfter = null) => new(kind, reason, false, 0, retryAfter);
}
