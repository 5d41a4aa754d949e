namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>Keeps what the provider said of influencers: whose followers look bought, when that was judged and on what numbers. Safe for concurrent use.</summary>
public interface ISuspicionStore
{
    /// <summary>
    /// Writes verdicts, all or nothing. An older one never replaces a newer one, and the same one again changes nothing (<see cref="SuspicionVerdict.Replaces"/>);
    /// of several on one influencer the newest counts. Returns how many are the newest now that were not before.
    /// </summary>
    /// <exception cref="StoreRefusedException">One of them can never be stored; none is.</exception>
    ValueTask<int> WriteVerdictsAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken);

    /// <summary>The newest verdict on one influencer; null when it was never judged.</summary>
    ValueTask<SuspicionVerdict?> FindVerdictAsync(long influencerId, CancellationToken cancellationToken);

    /// <summary>
    /// The verdicts that changed the flag of an influencer, its first one among them: the newest first, at most <paramref name="limit"/>. The newest
    /// <see cref="SuspicionVerdict.MostChangesKept"/> are kept. One of a clock that was ahead goes when its verdict gives way (<see cref="SuspicionVerdict.Replaces"/>).
    /// </summary>
    ValueTask<IReadOnlyList<SuspicionVerdict>> ReadFlagHistoryAsync(long influencerId, int limit, CancellationToken cancellationToken);

    /// <summary>Those of the ids whose newest verdict is of this moment or later.</summary>
    /// <param name="influencerIds">Of whom to look.</param>
    /// <param name="sinceMs">In epoch milliseconds. A verdict that lies in the future, by the store's clock, counts for nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlySet<long>> FindJudgedAsync(IReadOnlyList<long> influencerIds, long sinceMs, CancellationToken cancellationToken);

    /// <summary>
    /// Copies the flags that changed, or were confirmed, after a cursor into <paramref name="into"/>, at most <paramref name="limit"/>. Start with null to load all. Call again with
    /// the returned cursor; a page without more is the end for now. An influencer may come more than once: the latest <see cref="SuspicionFlag.CheckedAt"/> counts. A
    /// cursor is opaque, holds for as long as the store is open, and stays good when it is used late, or twice. What commits later than its number says is not missed.
    /// </summary>
    ValueTask<FlagPage> ReadFlagChangesAsync(string? cursor, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken);

    /// <summary>Counts influencers whom the provider did not judge on a day, though it was asked until the day of their shard was over.</summary>
    /// <param name="dayMs">The start of a UTC day (<see cref="FailedChecks.DayOf"/>).</param>
    /// <param name="count">How many more; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask AddFailedChecksAsync(long dayMs, int count, CancellationToken cancellationToken);

    /// <summary>The days from one to another, both included, on which some failed, ascending.</summary>
    ValueTask<IReadOnlyList<FailedChecks>> ReadFailedChecksAsync(long fromDayMs, long toDayMs, CancellationToken cancellationToken);
}
