using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Latest;

/// <summary>Puts aside the latest data points that retention is about to drop. In slices of influencers, since nothing that asks of all at once ends in time. Safe for concurrent use.</summary>
internal sealed class LastPoints(PostgresDatabase database)
{
    // As roll-ups: three million points of an hour.
    private const int IdsPerSlice = 50_000;

    /// <summary>Those of an hour, of whoever has not been read lately: with an older one put aside before, or none.</summary>
    /// <param name="starts">Of the hour.</param>
    /// <param name="ends">Of the hour.</param>
    /// <param name="lately">Whoever has a point from here on has none to be put aside.</param>
    /// <param name="cancellationToken">Ends it between or within slices; what was put aside stays so.</param>
    public async ValueTask PutAsideAsync(DateTime starts, DateTime ends, DateTime lately, CancellationToken cancellationToken)
    {
        long? afterId = 0;
        while (afterId is { } from)
        {
            afterId = await database.UseAsync(async (connection, cancel) =>
            {
                var ids = await connection.ListAsync(
                    "SELECT influencer_id FROM influencer_analytics.roster WHERE influencer_id > $1 ORDER BY influencer_id LIMIT $2", [from, (long)IdsPerSlice],
                    static reader => reader.GetInt64(0), cancel);
                if (ids.Count == 0)
                    return (long?)null;
                if (await SilentAsync(connection, [.. ids], lately, cancel) is { Length: > 0 } silent)
                    await PutAsideAsync(connection, silent, starts, ends, cancel);
                return ids[^1];
            }, cancellationToken);
        }
    }

    // One look into the index each. Asked as "not exists", all points that are kept would be read for it.
    private static async Task<long[]> SilentAsync(NpgsqlConnection connection, long[] ids, DateTime lately, CancellationToken cancellationToken) => [.. await connection.ListAsync(
        """
        SELECT u.id FROM unnest($1::bigint[]) AS u (id)
        LEFT JOIN LATERAL (SELECT d.slot FROM influencer_analytics.data_points d WHERE d.influencer_id = u.id AND d.slot >= $2 ORDER BY d.slot DESC LIMIT 1) p ON true
        WHERE p.slot IS NULL ORDER BY u.id
        """, [ids, lately], static reader => reader.GetInt64(0), cancellationToken)];

    // Points are in the order of ids, compressed or not: only those of the slice are read.
    private static Task<int> PutAsideAsync(NpgsqlConnection connection, long[] ids, DateTime starts, DateTime ends, CancellationToken cancellationToken) => connection.DoAsync(
        """
        INSERT INTO influencer_analytics.last_points AS l (influencer_id, slot, followers, following, retrieved_at, username)
        SELECT DISTINCT ON (d.influencer_id) d.influencer_id, d.slot, d.followers, d.following, d.retrieved_at, d.username FROM influencer_analytics.data_points d
        WHERE d.influencer_id = ANY($1) AND d.influencer_id BETWEEN $2 AND $3 AND d.slot >= $4 AND d.slot < $5
        ORDER BY d.influencer_id, d.slot DESC
        ON CONFLICT (influencer_id) DO UPDATE SET slot = excluded.slot, followers = excluded.followers, following = excluded.following,
            retrieved_at = excluded.retrieved_at, username = excluded.username
        WHERE l.slot < excluded.slot
        """, [ids, ids[0], ids[^1], starts, ends], cancellationToken);
}
