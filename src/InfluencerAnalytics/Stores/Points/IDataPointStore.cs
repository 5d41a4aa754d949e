using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Points;

/// <summary>
/// Keeps data points and their roll-ups. Safe for concurrent use.
/// Every method of the store's ports throws <see cref="StoreUnavailableException"/> when the store cannot answer: a failure is never "no data".
/// </summary>
public interface IDataPointStore
{
    /// <summary>
    /// Writes batches as one atomic and durable write. The first data point of (influencer, slot) stays; another is counted as a
    /// duplicate and changes nothing. Points that begin before the retention are counted and dropped. Points of influencers that never
    /// were on the roster are counted and refused beyond a limit. Of each influencer tracked in a slot at most one miss counts: the last reported, and none once a data point is stored.
    /// Per-slot counts and sums, the latest data point and roll-ups follow only from rows really inserted. "Not found" in several
    /// slots in a row makes an influencer gone from the next slot on, unless so many turn at once that it is the provider's fault
    /// (<see cref="Roster.NotFoundOutage"/>); a reading newer than the last "not found" brings it back.
    /// </summary>
    /// <exception cref="StoreRefusedException">
    /// One of the batches can never be stored: its slot is not a whole second from 1970 to 2106, an id is not one, a count is negative. Nothing of
    /// the call was written. Every other exception means that it may be stored later.
    /// </exception>
    ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken);

    /// <summary>The stored points of one influencer with slots in [start, end], ascending. Empty when there are none.</summary>
    /// <param name="limit">At most this many, the earliest first.</param>
    ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The hourly or daily roll-ups of one influencer with bucket starts in [start, end], ascending. Hours that are not rolled up yet
    /// (the current one, late points) are computed from their points, so a roll-up never lags behind the raw data.
    /// </summary>
    ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken);

    /// <summary>The newest point of one influencer at or before a moment, or null. Looks back no further than <paramref name="notBeforeMs"/>.</summary>
    ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken);

    /// <summary>From when on each kind of data is kept. What is asked for before that was dropped, or never was.</summary>
    ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Streams the points of all influencers with slots in [start, end], by UTC day, in a day by id, and of an influencer by slot: the order in which a store by days
    /// has them on its disk. Holds a bounded part in memory and nothing of the store while the reader takes its time; what is dropped
    /// or comes in meanwhile may be missing.
    /// </summary>
    IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, CancellationToken cancellationToken);

    /// <summary>
    /// Streams the roll-ups of all influencers with bucket starts in [start, end], as above; by periods that are the store's own (each some days or longer), in a period by
    /// id, and of an influencer by bucket.
    /// </summary>
    IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken);

    /// <summary>Writes roll-ups of a past of which the points are not kept (an import). An existing bucket stays as it is.</summary>
    ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken);
}
