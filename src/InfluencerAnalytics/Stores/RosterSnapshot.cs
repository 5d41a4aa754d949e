using System.Collections.Frozen;

namespace InfluencerAnalytics.Stores;

/// <summary>What a fetcher knows of the roster between two refreshes. Immutable.</summary>
/// <param name="Version">Pass it to the next read to get only news.</param>
/// <param name="SealedGeneration">Shards below it are superseded; 0 when none is sealed.</param>
/// <param name="Interval">The interval of the sealed generation.</param>
/// <param name="Removed">Ids removed since the sealed generation was allocated: older removals are in no live shard.</param>
/// <param name="GoneUntil">Gone ids, with the first slot (epoch ms) in which each is tried again.</param>
public sealed record RosterSnapshot(
    long Version,
    long SealedGeneration,
    TimeSpan Interval,
    FrozenSet<long> Removed,
    FrozenDictionary<long, long> GoneUntil);
