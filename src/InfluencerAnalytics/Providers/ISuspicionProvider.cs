namespace InfluencerAnalytics.Providers;

/// <summary>Answers "do this account's followers look bought?", after a long think: up to 10 s. Safe for concurrent use.</summary>
public interface ISuspicionProvider
{
    /// <summary>
    /// Asks once, without retrying. Every fault of the provider or the network is a value; only cancellation by <paramref name="cancellationToken"/> and bugs throw.
    /// </summary>
    /// <param name="influencerId">Whom to ask about.</param>
    /// <param name="followerCount">What is to be judged.</param>
    /// <param name="followingCount">As above.</param>
    /// <param name="timeLimit">From connecting to the last byte; what takes longer is a time-out.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    ValueTask<SuspicionOutcome> CheckAsync(long influencerId, long followerCount, long followingCount, TimeSpan timeLimit, CancellationToken cancellationToken);
}
