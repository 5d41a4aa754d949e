using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Stores;

/// <summary>The store cannot be reached, or refuses to take more (a full disk). The message says which and what to do.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : PartUnavailableException(message, innerException);
