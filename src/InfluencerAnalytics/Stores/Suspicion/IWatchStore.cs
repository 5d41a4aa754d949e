using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Stores.Suspicion;

/// <summary>
/// Keeps what our own opinion of each influencer is made from, as bytes that it does not look into, and how far the hours are that went into it; and gives those hours. Safe for
/// concurrent use.
/// </summary>
public interface IWatchStore
{
    /// <summary>How far the hours are folded.</summary>
    ValueTask<WatchProgress> ReadWatchProgressAsync(CancellationToken cancellationToken);

    /// <summary>Hours that begin before this, in epoch milliseconds, are rolled up for good, but for late points; null while none is.</summary>
    ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken);

    /// <summary>The hourly roll-ups of the next influencers, as <see cref="IDataPointStore.ReadRollupsAsync"/> gives them, by id and then hour.</summary>
    /// <param name="afterId">Those behind this one; 0 begins a new walk through all, in which who comes later may be missing.</param>
    /// <param name="influencers">At most so many, of whom some may have none.</param>
    /// <param name="startMs">The first hour, in epoch milliseconds.</param>
    /// <param name="endMs">Behind the last hour; at least an hour later.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken);

    /// <summary>The watches of these influencers, in any order, without those that there are none of.</summary>
    ValueTask<IReadOnlyList<KeptWatch>> ReadWatchesAsync(IReadOnlyList<long> influencerIds, CancellationToken cancellationToken);

    /// <summary>
    /// Writes watches, in the place of those before, and the progress that is made with them: all of it, or nothing. False, with nothing written, when the progress is not
    /// <paramref name="from"/> any more: another process did this meanwhile.
    /// </summary>
    ValueTask<bool> WriteWatchesAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken);

    /// <summary>Drops the watches of which no hour was folded since a moment, in epoch milliseconds. Returns how many.</summary>
    ValueTask<int> DropWatchesAsync(long untilBeforeMs, CancellationToken cancellationToken);
}
