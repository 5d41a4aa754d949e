namespace InfluencerAnalytics.Queues;

/// <summary>A queue and its dead letters at one moment.</summary>
/// <param name="Dead">Null while what keeps them is away.</param>
internal readonly record struct QueueReading(QueueDepth Depth, DeadLetterCount? Dead);
