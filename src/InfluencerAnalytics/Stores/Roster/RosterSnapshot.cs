using System.Collections.Frozen;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>What a fetcher knows of the roster between two refreshes. Immutable.</summary>
/// <param name="Version">Rises with every change.</param>
/// <param name="Removed">
/// Ids removed since the last generation was allocated that has been sealed for two intervals: shards from before that one are no longer fetched,
/// and its own hold nothing that was removed earlier.
/// </param>
/// <param name="GoneUntil">Gone ids, with the first slot (epoch ms) in which each is tried again.</param>
/// <param name="Sealings">The recent ones, ascending, the last one among them whatever its age; see <see cref="Sealing"/>.</param>
public sealed record RosterSnapshot(
    long Version,
    FrozenSet<long> Removed,
    FrozenDictionary<long, long> GoneUntil,
    IReadOnlyList<Sealing> Sealings)
{
    /// <summary>What is known before the first read: nothing, which the version says.</summary>
    public static RosterSnapshot None { get; } = new(-1, FrozenSet<long>.Empty, FrozenDictionary<long, long>.Empty, []);

    /// <summary>The last sealed generation's number; 0 when none is. It supersedes those below from the first slot on that begins after its sealing.</summary>
    public long SealedGeneration => Sealings.Count > 0 ? Sealings[^1].Generation : 0;

    /// <summary>The interval in force: that of the last sealed generation.</summary>
    public TimeSpan Interval => Sealings.Count > 0 ? Sealings[^1].Interval : SlotGrid.IntervalBeforeSeeding;
}
