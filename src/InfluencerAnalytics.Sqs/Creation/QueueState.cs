namespace InfluencerAnalytics.Sqs.Creation;

/// <summary>What there is of a queue.</summary>
/// <param name="Name">As SQS knows it, prefix included.</param>
/// <param name="IsNew">Whether it was made just now.</param>
/// <param name="Problem">What is wrong with it and what to do; null when nothing is.</param>
public sealed record QueueState(string Name, bool IsNew, string? Problem)
{
    /// <summary>Whether it does not exist.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Whether it is that of the suspicion checks, without which all else works.</summary>
    internal bool IsOfChecks { get; init; }
}
