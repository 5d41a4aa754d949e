using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Pipeline;

/// <summary>What this process's pipeline is doing, for the API and the live status.</summary>
/// <param name="FetchesPerSecond">Readings fetched, averaged over the last 10 s.</param>
/// <param name="FetchesInFlight">Requests at the provider now.</param>
/// <param name="Provider">How the fetcher gets on with the provider; null before the first half second, and where nothing is fetched.</param>
/// <param name="Fetched">Readings fetched since start.</param>
/// <param name="Dropped">Readings fetched and then dropped, since the queue took nothing until their slot was final.</param>
/// <param name="FailedAttempts">Failed attempts by reason since start, those that a retry mended included.</param>
/// <param name="StoredPerSecond">Data points stored, averaged over the last 10 s.</param>
/// <param name="Stored">Data points stored since start.</param>
/// <param name="Duplicates">Data points refused as stored already, since start.</param>
/// <param name="Expired">Data points older than the retention, dropped since start.</param>
/// <param name="DeadLettered">Messages and points moved to the dead letters since start.</param>
/// <param name="LagSeconds">From reading to store, for the oldest reading of the message that was stored last; null before the first.</param>
public sealed record PipelineSnapshot(
    double FetchesPerSecond,
    int FetchesInFlight,
    ProviderState? Provider,
    long Fetched,
    long Dropped,
    IReadOnlyDictionary<MissReason, long> FailedAttempts,
    double StoredPerSecond,
    long Stored,
    long Duplicates,
    long Expired,
    long DeadLettered,
    double? LagSeconds)
{
    /// <summary>Readings of influencers that are not on the roster, refused since start: more of them than the store keeps.</summary>
    public long Refused { get; init; }
}
