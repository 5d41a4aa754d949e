namespace InfluencerAnalytics.Stores.Roster;

/// <summary>Keeps the roster: who is tracked, and who is gone. Safe for concurrent use.</summary>
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

    /// <summary>The usernames of influencers, as last read of each; one of whom none was ever read is left out. On the roster or not.</summary>
    /// <param name="ids">In any order; a thousand take milliseconds.</param>
    ValueTask<IReadOnlyDictionary<long, string>> ReadUsernamesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>Finds influencers that are on the roster, or were, with what people want to know of each. See <see cref="RosterPage.Next"/> for how much one call does.</summary>
    ValueTask<RosterPage> SearchRosterAsync(RosterSearch search, CancellationToken cancellationToken);

    /// <summary>The same of one; null for one that never was on the roster.</summary>
    ValueTask<RosterMember?> FindMemberAsync(long influencerId, CancellationToken cancellationToken);

    /// <summary>What fetchers need: the sealed generation, the recent sealings, removed and gone ids. Null when nothing changed since the known one, to which a store may need to add only what did.</summary>
    ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(RosterSnapshot known, CancellationToken cancellationToken);

    /// <summary>Counts and version of the roster now.</summary>
    ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken);
}
