using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Points;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Rollups;

/// <summary>Writes roll-ups of a past of which the points are not kept. Safe for concurrent use.</summary>
internal sealed class RollupImport(PostgresDatabase database, Partitions partitions)
{
    /// <summary>Writes those of buckets that have nothing yet; returns how many.</summary>
    public ValueTask<int> ImportAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken) => database.WriteAsync(RosterUse.Alone, async (connection, cancel) =>
    {
        var written = 0;
        foreach (var group in rollups.GroupBy(static rollup => rollup.Period))
            written += await ImportAsync(connection, group.Key, [.. group.DistinctBy(static rollup => (rollup.InfluencerId, rollup.Start))], cancel);
        return written;
    }, cancellationToken);

    private async Task<int> ImportAsync(NpgsqlConnection connection, RollupPeriod period, List<Rollup> rollups, CancellationToken cancellationToken)
    {
        var (table, series, span) = period == RollupPeriod.Hour ? ("hours", PartitionedSeries.Hours, "1 hour") : ("days", PartitionedSeries.Days, "1 day");
        await partitions.EnsureAsync(connection, series, [.. rollups.Select(static rollup => Moments.Of(rollup.Start)).Distinct()], cancellationToken);
        // A past makes them known, which adds nobody to the roster.
        await connection.DoAsync(
            "INSERT INTO influencer_analytics.roster (influencer_id, status, since) SELECT DISTINCT id, 0, timestamptz '1970-01-01Z' FROM unnest($1::bigint[]) AS u (id) ON CONFLICT DO NOTHING",
            [Of(rollups, static rollup => rollup.InfluencerId)], cancellationToken);
        var starts = await connection.ListAsync(
            $"""
            INSERT INTO influencer_analytics.{table} ({RollupRows.Columns})
            SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
                                 $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[]) AS g ({RollupRows.Columns})
            WHERE NOT EXISTS (SELECT FROM influencer_analytics.data_points d WHERE d.influencer_id = g.influencer_id AND d.slot >= g.start AND d.slot < g.start + interval '{span}')
            ON CONFLICT (influencer_id, start) DO NOTHING RETURNING start
            """, Values(rollups), static reader => reader.GetDateTime(0), cancellationToken);
        if (starts.Count > 0)
            await connection.DoAsync($"UPDATE influencer_analytics.state SET imported_{table}_from = least(imported_{table}_from, $1)", [starts.Min()], cancellationToken);
        return starts.Count;
    }

    private static object?[] Values(List<Rollup> rollups) =>
    [
        Of(rollups, static rollup => rollup.InfluencerId), Of(rollups, static rollup => Moments.Of(rollup.Start)), Of(rollups, static rollup => rollup.Count),
        Of(rollups, static rollup => rollup.Followers.Sum), Of(rollups, static rollup => rollup.Followers.Min), Of(rollups, static rollup => rollup.Followers.Max),
        Of(rollups, static rollup => rollup.Followers.First), Of(rollups, static rollup => rollup.Followers.Last),
        Of(rollups, static rollup => rollup.Following.Sum), Of(rollups, static rollup => rollup.Following.Min), Of(rollups, static rollup => rollup.Following.Max),
        Of(rollups, static rollup => rollup.Following.First), Of(rollups, static rollup => rollup.Following.Last),
    ];

    private static T[] Of<T>(List<Rollup> rollups, Func<Rollup, T> select) => [.. rollups.Select(select)];
}
