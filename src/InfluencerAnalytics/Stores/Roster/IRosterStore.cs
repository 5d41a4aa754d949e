using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>Keeps the roster and the generations of its shards. Safe for concurrent use.</summary>
public interface IRosterStore
{
    /// <summary>
    /// Tracks influencers; those tracked already (or gone) stay as they are. All or nothing. Refused, with nothing done, when the last sealed
    /// generation is not <paramref name="expectedSealedGeneration"/>: the caller's shards were sent under a generation that is superseded.
    /// </summary>
    ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken);

    /// <summary>Stops tracking; history stays. Returns how many were tracked (or gone).</summary>
    ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>The tracked and gone influencers with ids above <paramref name="afterId"/>, ascending, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Ids added (or added again) after a roster version, in any order; how a seeder finds what came while it sent.</summary>
    ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken);

    /// <summary>One influencer's place in the roster; null for one never heard of.</summary>
    ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken);

    /// <summary>What fetchers need: the sealed generation, the recent sealings, removed and gone ids. Null when nothing changed since <paramref name="knownVersion"/>.</summary>
    ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(long knownVersion, CancellationToken cancellationToken);

    /// <summary>Counts and version of the roster now.</summary>
    ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken);

    /// <summary>The state of the generations.</summary>
    ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken);

    /// <summary>Allocates the next generation's number.</summary>
    ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Seals a generation, which supersedes all below it from the first slot on that begins after now, by the store's clock. False, with nothing done,
    /// when the roster has grown since <paramref name="rosterVersion"/> (send shards for what was added first) or a higher generation is sealed.
    /// </summary>
    ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for a generation after every number given out so far, and returns the greatest of those. Kept until one above it is sealed: a seeding that
    /// is under way already does not answer it, and no clock is compared.
    /// </summary>
    ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken);

    /// <summary>Takes or renews a lease. False when another owner holds it.</summary>
    ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken);

    ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken);

    /// <summary>A small named setting that the deployment keeps with its data, or null.</summary>
    ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken);

    ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Writes a setting unless it is there already, and returns what is there then: of several at once, all get the same.</summary>
    ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken);
}
