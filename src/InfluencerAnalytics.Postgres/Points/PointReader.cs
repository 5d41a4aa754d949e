using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;

namespace InfluencerAnalytics.Postgres.Points;

/// <summary>Reads data points. Safe for concurrent use.</summary>
internal sealed class PointReader(PostgresDatabase database)
{
    private const int RowsPerPage = 10_000;

    public ValueTask<IReadOnlyList<DataPoint>> ReadAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<DataPoint>>(async (connection, cancel) => endMs < 0 || startMs > endMs ? [] : await connection.ListAsync(
            $"SELECT {PointRows.Columns} FROM influencer_analytics.data_points WHERE influencer_id = $1 AND slot BETWEEN $2 AND $3 ORDER BY slot LIMIT $4",
            [influencerId, Moments.Of(startMs), Moments.Of(endMs), (long)limit], PointRows.Read, cancel), cancellationToken);

    public ValueTask<DataPoint?> ReadAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        database.UseAsync<DataPoint?>(async (connection, cancel) =>
        {
            if (atMs < 0)
                return null;
            var points = await connection.ListAsync(
                $"SELECT {PointRows.Columns} FROM influencer_analytics.data_points WHERE influencer_id = $1 AND slot BETWEEN $2 AND $3 ORDER BY slot DESC LIMIT 1",
                [influencerId, Moments.Of(notBeforeMs), Moments.Of(atMs)], PointRows.Read, cancel);
            return points.Count > 0 ? points[0] : null;
        }, cancellationToken);

    /// <summary>All of them, day by day, a page at a time: nothing of the database is held while the reader takes its time.</summary>
    /// <param name="from">Nothing lies before it; null when there is nothing.</param>
    public async IAsyncEnumerable<DataPoint> ReadAllAsync(long startMs, long endMs, long? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (from is not { } first || endMs < startMs)
            yield break;
        var end = Moments.Of(Math.Min(endMs, Moments.Ms(await NewestAsync(cancellationToken))));
        for (var start = Moments.Of(Math.Max(startMs, first)); start <= end; start = Moments.DayOf(start).AddDays(1))
        {
            var dayEnd = Moments.DayOf(start).AddDays(1);
            var last = (Id: 0L, Slot: DateTime.UnixEpoch);
            List<DataPoint> page;
            do
            {
                page = await PageAsync(start, dayEnd, end, last, cancellationToken);
                foreach (var point in page)
                    yield return point;
                if (page.Count > 0)
                    last = (page[^1].InfluencerId, Moments.Of(page[^1].Slot));
            }
            while (page.Count == RowsPerPage);
        }
    }

    private ValueTask<DateTime> NewestAsync(CancellationToken cancellationToken) => database.UseAsync(static (connection, cancel) =>
        connection.GetAsync<DateTime>("SELECT coalesce(max(slot), '1970-01-01Z') FROM influencer_analytics.slot_counts WHERE stored > 0", [], cancel), cancellationToken);

    private ValueTask<List<DataPoint>> PageAsync(DateTime start, DateTime dayEnd, DateTime end, (long Id, DateTime Slot) last, CancellationToken cancellationToken) =>
        database.UseAsync((connection, cancel) => connection.ListAsync(
            $"""
            SELECT {PointRows.Columns} FROM influencer_analytics.data_points
            WHERE slot >= $1 AND slot < $2 AND slot <= $3 AND (influencer_id, slot) > ($4, $5) ORDER BY influencer_id, slot LIMIT $6
            """, [start, dayEnd, end, last.Id, last.Slot, (long)RowsPerPage], PointRows.Read, cancel), cancellationToken);
}
