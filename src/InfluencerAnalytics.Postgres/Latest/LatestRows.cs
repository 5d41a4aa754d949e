using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Latest;

/// <summary>Finds the latest data point of influencers: in the recent slots, else in all, else among what was kept when retention dropped the last.</summary>
internal static class LatestRows
{
    // Who is fetched at all was read within it; looking further back costs a look into every partition.
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    public static async Task<Dictionary<long, DataPoint>> FindAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, DataPoint>(ids.Length);
        if (ids.Length == 0)
            return found;
        var recent = await connection.GetAsync<DateTime>("SELECT influencer_analytics.store_time()", [], cancellationToken) - Recent;
        await FindAsync(connection, ids, found, "data_points d WHERE d.influencer_id = u.id AND d.slot >= $2 ORDER BY d.slot DESC LIMIT 1", recent, cancellationToken);
        if (found.Count < ids.Length)
            await FindAsync(connection, Left(), found, "data_points d WHERE d.influencer_id = u.id AND d.slot < $2 ORDER BY d.slot DESC LIMIT 1", recent, cancellationToken);
        if (found.Count < ids.Length)
            await FindAsync(connection, Left(), found, "last_points d WHERE d.influencer_id = u.id AND d.slot < $2", DateTime.MaxValue, cancellationToken);
        return found;

        long[] Left() => [.. ids.Where(id => !found.ContainsKey(id))];
    }

    private static async Task FindAsync(
        NpgsqlConnection connection, long[] ids, Dictionary<long, DataPoint> found, string source, DateTime moment, CancellationToken cancellationToken)
    {
        foreach (var point in await connection.ListAsync(
            $"""
            SELECT p.* FROM unnest($1::bigint[]) AS u (id)
            CROSS JOIN LATERAL (SELECT d.influencer_id, d.followers, d.following, d.slot, d.retrieved_at, d.username FROM influencer_analytics.{source}) p
            """, [ids, moment], PointRows.Read, cancellationToken))
            found[point.InfluencerId] = point;
    }
}
