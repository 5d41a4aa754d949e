namespace InfluencerAnalytics.Embedded.Files;

/// <summary>
/// The data directory cannot be used: another process owns it, permission is missing, a newer version wrote it, or a file is damaged.
/// The message names the path and what to do. Nothing was overwritten.
/// </summary>
public sealed class EmbeddedDataException(string message, Exception? innerException = null) : Exception(message, innerException);
