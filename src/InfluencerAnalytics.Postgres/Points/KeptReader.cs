using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Postgres.Points;

/// <summary>Tells from when on each kind of data is there. Safe for concurrent use.</summary>
internal sealed class KeptReader(PostgresDatabase database)
{
    public ValueTask<KeptSince> ReadAsync(CancellationToken cancellationToken) => database.UseAsync(static (connection, cancel) =>
        connection.RowAsync(
            """
            WITH points AS (
                SELECT min(c.slot) AS first, (SELECT min(slot) FROM influencer_analytics.slot_counts WHERE stored > 0) AS first_ever
                FROM influencer_analytics.slot_counts c, influencer_analytics.state
                WHERE c.stored > 0 AND c.slot >= coalesce(points_dropped_before, '-infinity')),
            hours AS (
                SELECT greatest(hours_dropped_before, least(imported_hours_from, rolled_from, date_trunc('hour', points.first_ever, 'UTC'))) AS first
                FROM influencer_analytics.state, points
                WHERE coalesce(imported_hours_from, rolled_from, points.first_ever) IS NOT NULL)
            SELECT points.first, hours.first,
                   CASE WHEN coalesce(imported_days_from, imported_hours_from, rolled_from, points.first_ever) IS NOT NULL THEN greatest(
                       days_dropped_before,
                       least(imported_days_from, date_trunc('day', least(imported_hours_from, rolled_from, points.first_ever), 'UTC'))) END
            FROM influencer_analytics.state, points LEFT JOIN hours ON true
            """, [], static reader => new KeptSince(Ms(reader, 0), Ms(reader, 1), Ms(reader, 2)), cancel), cancellationToken);

    private static long? Ms(Npgsql.NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Moments.Ms(reader.GetDateTime(column));
}
