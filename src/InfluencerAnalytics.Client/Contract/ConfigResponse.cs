namespace InfluencerAnalytics.Client.Contract;

/// <summary>What the deployment agreed on.</summary>
/// <param name="Interval">In seconds, whole ones from 1 to 3600; null when nothing is agreed yet.</param>
/// <param name="ShardSize">Ids a shard, from 1 to 5000; null when nothing is agreed yet.</param>
/// <param name="Provider">Its address, or "simulator" for the one that 'up' starts; null when nothing is agreed yet.</param>
public sealed record ConfigResponse(double? Interval, int? ShardSize, string? Provider);

/// <param name="Before">What was agreed before the change.</param>
/// <param name="Now">What is agreed now.</param>
public sealed record ConfigChangeResponse(ConfigResponse Before, ConfigResponse Now);
