namespace InfluencerAnalytics.Pipeline;

/// <summary>How a fetcher gets on with the provider.</summary>
/// <param name="ConcurrencyLimit">How many requests may be in flight, as adapted.</param>
/// <param name="RequestsPerSecond">How many may be sent a second, as configured or adapted; null for no limit.</param>
/// <param name="IsRefusing">Whether fewer are sent a second than is configured, since the provider refuses some (429).</param>
/// <param name="TimeLimit">How long an ordinary request is waited for, as adapted.</param>
/// <param name="AwaySince">Since when next to none is answered; null when the provider is there.</param>
/// <param name="AwayReason">Why most requests fail then, by <see cref="Influencers.MissReasons.NameOf"/>; null when the provider is there.</param>
/// <param name="KeepsBack">Whether the breaker keeps requests back at this moment.</param>
public sealed record ProviderState(
    int ConcurrencyLimit, double? RequestsPerSecond, bool IsRefusing, TimeSpan TimeLimit, DateTimeOffset? AwaySince, string? AwayReason, bool KeepsBack)
{
    /// <summary>Until when nobody is asked, since the provider wished for a pause (<c>Retry-After</c>); null while there is none.</summary>
    public DateTimeOffset? PausedUntil { get; init; }
}
