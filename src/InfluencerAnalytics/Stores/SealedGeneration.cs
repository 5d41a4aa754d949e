namespace InfluencerAnalytics.Stores;

/// <summary>A finished seeding.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="Interval">The resolution that its shards carry.</param>
/// <param name="ShardSize">Ids a shard.</param>
/// <param name="SealedAt">In epoch milliseconds.</param>
public sealed record SealedGeneration(long Generation, TimeSpan Interval, int ShardSize, long SealedAt);

/// <param name="LastAllocated">The greatest number given out; 0 when none.</param>
/// <param name="Sealed">The last sealed one, or null.</param>
public sealed record GenerationState(long LastAllocated, SealedGeneration? Sealed);
