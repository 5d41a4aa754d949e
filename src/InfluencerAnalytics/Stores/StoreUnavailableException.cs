using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Stores;

/// <summary>The store cannot be reached, or refuses to take more (a full disk). The message says which and what to do.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : PartUnavailableException(message, innerException)
{
    /// <summary>Whether it is there, and refuses this process a right that an operator has to give it: what needs no such right works.</summary>
    public bool IsOfARight { get; init; }
}
