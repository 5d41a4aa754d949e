using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Queues;

/// <summary>The queue cannot be reached, or refuses to take more (a full disk). The message says which and what to do.</summary>
public sealed class QueueUnavailableException(string message, Exception? innerException = null) : PartUnavailableException(message, innerException)
{
    /// <summary>Whether the queue does not exist: trying again helps only once somebody has made it.</summary>
    public bool IsMissing { get; init; }
}
