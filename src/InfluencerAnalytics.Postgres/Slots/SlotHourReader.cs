using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>Reads the sums of hours: those that are made, and computed from the records those that are not, or that a record has changed since. Safe for concurrent use.</summary>
internal sealed class SlotHourReader(PostgresDatabase database)
{
    public ValueTask<IReadOnlyList<SlotSum>> ReadAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<SlotSum>>(async (connection, cancel) =>
        {
            if (endMs < 0 || startMs > endMs)
                return [];
            var (start, end) = (Moments.Of(startMs), Moments.Of(endMs));
            // An hour counts by its start.
            var first = start == Moments.HourOf(start) ? start : Moments.HourOf(start).AddHours(1);
            return await connection.ListAsync(
                $"""
                WITH stale AS (SELECT DISTINCT hour FROM influencer_analytics.stale_slot_hours WHERE hour BETWEEN $1 AND $2 AND hour < {SlotHourRows.MadeUntil})
                SELECT {SlotHourRows.Columns} FROM influencer_analytics.slot_hours h
                WHERE hour BETWEEN $1 AND $2 AND NOT EXISTS (SELECT FROM stale WHERE stale.hour = h.hour)
                UNION ALL
                SELECT sums.* FROM stale CROSS JOIN LATERAL influencer_analytics.sum_slots(stale.hour, stale.hour + interval '1 hour') sums
                UNION ALL
                SELECT {SlotHourRows.Columns} FROM influencer_analytics.sum_slots(greatest($1, {SlotHourRows.MadeUntil}), $3)
                ORDER BY 1
                """, [first, end, Moments.HourOf(end).AddHours(1)], SlotHourRows.Read, cancel);
        }, cancellationToken);

    public ValueTask<SlotsKeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => database.UseAsync(static (connection, cancel) => connection.RowAsync(
        """
        SELECT slot, least((SELECT min(hour) FROM influencer_analytics.slot_hours), date_trunc('hour', slot, 'UTC'))
        FROM (SELECT min(slot) AS slot FROM influencer_analytics.slots) first
        """, [], static reader => new SlotsKeptSince(Ms(reader, 0), Ms(reader, 1)), cancel), cancellationToken);

    private static long? Ms(Npgsql.NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Moments.Ms(reader.GetDateTime(column));
}
