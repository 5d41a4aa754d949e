namespace InfluencerAnalytics.Providers;

/// <summary>Answers "what are this account's numbers right now?". Safe for concurrent use.</summary>
public interface IInfluencerDataProvider
{
    /// <summary>
    /// Asks once, without retrying. Every fault of the provider or the network is a value; only cancellation by
    /// <paramref name="cancellationToken"/> and bugs throw.
    /// </summary>
    ValueTask<FetchOutcome> FetchAsync(long influencerId, CancellationToken cancellationToken);
}
