namespace InfluencerAnalytics.Stores.Generations;

/// <summary>A finished seeding.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="Interval">The resolution that its shards carry.</param>
/// <param name="ShardSize">Ids a shard.</param>
/// <param name="SealedAt">In epoch milliseconds, by the store's clock; who seals leaves it out.</param>
/// <param name="Shards">How many were sent.</param>
public sealed record SealedGeneration(long Generation, TimeSpan Interval, int ShardSize, long SealedAt = 0, long Shards = 0);
