using System.Collections.Frozen;
using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>What a fetcher knows of the roster between two refreshes. Immutable.</summary>
/// <param name="Version">Pass it to the next read to get only news.</param>
/// <param name="SealedGeneration">The last sealed one; 0 when none is. It supersedes those below from the first slot on that begins after its sealing.</param>
/// <param name="Interval">The interval of the sealed generation.</param>
/// <param name="Removed">
/// Ids removed since the last generation was allocated that has been sealed for two intervals: shards from before that one are no longer fetched,
/// and its own hold nothing that was removed earlier.
/// </param>
/// <param name="GoneUntil">Gone ids, with the first slot (epoch ms) in which each is tried again.</param>
/// <param name="Sealings">The recent ones, ascending; see <see cref="Sealing"/>.</param>
public sealed record RosterSnapshot(
    long Version,
    long SealedGeneration,
    TimeSpan Interval,
    FrozenSet<long> Removed,
    FrozenDictionary<long, long> GoneUntil,
    IReadOnlyList<Sealing> Sealings);
