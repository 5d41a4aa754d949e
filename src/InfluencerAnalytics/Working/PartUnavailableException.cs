namespace InfluencerAnalytics.Working;

/// <summary>A part that a worker needs is away: trying again is all that there is to do, and the message says all that there is to know.</summary>
public abstract class PartUnavailableException(string message, Exception? innerException) : Exception(message, innerException);
