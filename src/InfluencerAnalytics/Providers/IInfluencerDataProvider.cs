namespace InfluencerAnalytics.Providers;

/// <summary>Answers "what are this account's numbers right now?". Safe for concurrent use.</summary>
public interface IInfluencerDataProvider
{
    /// <summary>
    /// Asks once, without retrying. Every fault of the provider or the network is a value; only cancellation by
    /// <paramref name="cancellationToken"/> and bugs throw.
    /// </summary>
    /// <param name="influencerId">Whom to ask about.</param>
    /// <param name="timeLimit">From connecting to the last byte; what takes longer is a time-out.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    ValueTask<FetchOutcome> FetchAsync(long influencerId, TimeSpan timeLimit, CancellationToken cancellationToken);
}
