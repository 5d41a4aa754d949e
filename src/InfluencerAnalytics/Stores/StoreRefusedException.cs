namespace InfluencerAnalytics.Stores;

/// <summary>
/// The store can never take what it was given, however often it is tried: a slot that no key can say, a number out of range. Nothing of the call was
/// written. The message says what is wrong. Anything else that a store throws may pass, and is tried again.
/// </summary>
public sealed class StoreRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
