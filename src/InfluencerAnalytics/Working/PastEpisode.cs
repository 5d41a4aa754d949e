namespace InfluencerAnalytics.Working;

/// <summary>What an <see cref="Episode"/> was.</summary>
/// <param name="Seconds">From its beginning to its end.</param>
/// <param name="Times">How often it happened.</param>
public readonly record struct PastEpisode(double Seconds, long Times);
