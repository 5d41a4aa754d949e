namespace InfluencerAnalytics.Queues;

/// <summary>A received message and in how long it shall reappear: zero to <see cref="QueueLimits.MaxVisibility"/>.</summary>
public readonly record struct VisibilityChange(ReceivedMessage Message, TimeSpan Visibility);
