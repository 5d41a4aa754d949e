namespace InfluencerAnalytics.Queues;

/// <summary>A queue and its dead letters at one moment.</summary>
/// <param name="Depth">Null while it cannot be read.</param>
/// <param name="Dead">Null while what keeps them is away.</param>
/// <param name="Problem">Why the depth cannot be read, else null.</param>
internal readonly record struct QueueReading(QueueDepth? Depth, DeadLetterCount? Dead, string? Problem = null);
