namespace InfluencerAnalytics.Queues;

/// <summary>A message to send.</summary>
/// <param name="Body">UTF-8 text, at most <see cref="QueueLimits.MaxBodyBytes"/>.</param>
/// <param name="Delay">How long it stays hidden first; zero to be visible at once.</param>
public readonly record struct OutgoingMessage(ReadOnlyMemory<byte> Body, TimeSpan Delay = default);
