using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>The misses that count, one row each, and what they do to the counts of their slots. Slots in epoch milliseconds.</summary>
internal static class MissRows
{
    /// <summary>Whether any is noted for one of some slots.</summary>
    public static Task<bool> AreAnyAsync(NpgsqlConnection connection, long[] slots, CancellationToken cancellationToken) => connection.GetAsync<bool>(
        "SELECT EXISTS (SELECT FROM influencer_analytics.misses WHERE slot = ANY($1))", [slots.Select(Moments.Of).ToArray()], cancellationToken);

    /// <summary>Those of some misses that have a reading.</summary>
    public static async Task<IReadOnlyList<(long Slot, long Id)>> FindReadAsync(
        NpgsqlConnection connection, IEnumerable<(long Slot, long Id)> misses, CancellationToken cancellationToken)
    {
        var keys = misses.Distinct().Order().ToList();
        if (keys.Count == 0)
            return [];
        // The bounds spare looking into each partition.
        return await connection.ListAsync(
            """
            SELECT d.slot, d.influencer_id FROM unnest($1::timestamptz[], $2::bigint[]) AS u (slot, influencer_id)
            JOIN influencer_analytics.data_points d ON d.slot = u.slot AND d.influencer_id = u.influencer_id AND d.slot BETWEEN $3 AND $4
            """, [Slots(keys), Ids(keys), Moments.Of(keys[0].Slot), Moments.Of(keys[^1].Slot)], ReadKey, cancellationToken);
    }

    /// <summary>Takes back the misses of some keys, where there are any: a reading has come, or another reason.</summary>
    public static async Task TakeBackAsync(NpgsqlConnection connection, IReadOnlyCollection<(long Slot, long Id)> keys, SlotCounts counts, CancellationToken cancellationToken)
    {
        // In order, so that two that take back the same wait for each other in one direction only.
        foreach (var (slot, reason) in await connection.ListAsync(
            """
            WITH noted AS (
                SELECT m.slot, m.influencer_id FROM unnest($1::timestamptz[], $2::bigint[]) AS u (slot, influencer_id)
                JOIN influencer_analytics.misses m ON m.slot = u.slot AND m.influencer_id = u.influencer_id
                ORDER BY m.slot, m.influencer_id FOR UPDATE OF m)
            DELETE FROM influencer_analytics.misses m USING noted WHERE m.slot = noted.slot AND m.influencer_id = noted.influencer_id RETURNING m.slot, m.reason
            """, [Slots(keys), Ids(keys)], static reader => (Moments.Ms(reader.GetDateTime(0)), (MissReason)reader.GetInt16(1)), cancellationToken))
            counts.Of(slot).Miss(reason, -1);
    }

    /// <summary>Writes misses in place of those that are noted for the same keys.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<(long Slot, long Id), MissReason> misses, SlotCounts counts, CancellationToken cancellationToken)
    {
        var left = misses.Keys.Order().ToList();
        while (left.Count > 0)
        {
            await TakeBackAsync(connection, left, counts, cancellationToken);
            var written = (await connection.ListAsync(
                """
                INSERT INTO influencer_analytics.misses (slot, influencer_id, reason)
                SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::smallint[]) ON CONFLICT DO NOTHING RETURNING slot, influencer_id
                """, [Slots(left), Ids(left), left.Select(key => (short)misses[key]).ToArray()], ReadKey, cancellationToken)).ToHashSet();
            foreach (var key in written)
                counts.Of(key.Slot).Miss(misses[key], 1);
            // Another write noted the others meanwhile: now they are seen.
            left.RemoveAll(written.Contains);
        }
    }

    /// <summary>The newest slots of which a point or a miss is counted, the newest first, at most so many.</summary>
    public static async Task<DateTime[]> NewestReportedAsync(NpgsqlConnection connection, int count, CancellationToken cancellationToken) =>
    [
        .. await connection.ListAsync(
            """
            SELECT slot FROM influencer_analytics.slots s
            WHERE slot <= influencer_analytics.store_time() + interval '1 hour'
              AND (EXISTS (SELECT FROM influencer_analytics.slot_counts c WHERE c.slot = s.slot AND c.stored > 0)
                OR EXISTS (SELECT FROM influencer_analytics.slot_misses m WHERE m.slot = s.slot AND m.missed > 0))
            ORDER BY slot DESC LIMIT $1
            """, [(long)count], static reader => reader.GetDateTime(0), cancellationToken),
    ];

    /// <summary>The misses of some slots with ids above one, in the order of the slots; of each ascending, at most so many.</summary>
    public static async Task<IReadOnlyList<(long Slot, IReadOnlyList<Miss> Misses)>> ReadAsync(
        NpgsqlConnection connection, DateTime[] slots, long afterId, int limit, CancellationToken cancellationToken)
    {
        // A short range of the index for each slot: over all slots together it would be all misses of theirs, to be sorted.
        var misses = (await connection.ListAsync(
            """
            SELECT u.slot, m.influencer_id, m.reason FROM unnest($1::timestamptz[]) AS u (slot) CROSS JOIN LATERAL (
                SELECT influencer_id, reason FROM influencer_analytics.misses WHERE slot = u.slot AND influencer_id > $2 ORDER BY influencer_id LIMIT $3) m
            """, [slots, afterId, (long)limit], static reader => (Slot: Moments.Ms(reader.GetDateTime(0)), Miss: new Miss(reader.GetInt64(1), (MissReason)reader.GetInt16(2))),
            cancellationToken)).ToLookup(static row => row.Slot, static row => row.Miss);
        return [.. slots.Select(Moments.Ms).Select(slot => (slot, (IReadOnlyList<Miss>)[.. misses[slot].OrderBy(static miss => miss.InfluencerId)]))];
    }

    /// <summary>Of some influencers the newest miss of some slots; who has none is left out.</summary>
    public static async Task<Dictionary<long, (long Slot, MissReason Reason)>> FindNewestAsync(
        NpgsqlConnection connection, DateTime[] slots, long[] ids, CancellationToken cancellationToken) =>
        slots.Length == 0 || ids.Length == 0 ? [] : (await connection.ListAsync(
            """
            SELECT DISTINCT ON (influencer_id) influencer_id, slot, reason FROM influencer_analytics.misses
            WHERE slot = ANY($1) AND influencer_id = ANY($2) ORDER BY influencer_id, slot DESC
            """, [slots, ids], static reader => (Id: reader.GetInt64(0), Slot: Moments.Ms(reader.GetDateTime(1)), Reason: (MissReason)reader.GetInt16(2)), cancellationToken))
        .ToDictionary(static miss => miss.Id, static miss => (miss.Slot, miss.Reason));

    private static (long Slot, long Id) ReadKey(NpgsqlDataReader reader) => (Moments.Ms(reader.GetDateTime(0)), reader.GetInt64(1));

    private static DateTime[] Slots(IEnumerable<(long Slot, long Id)> keys) => [.. keys.Select(static key => Moments.Of(key.Slot))];

    private static long[] Ids(IEnumerable<(long Slot, long Id)> keys) => [.. keys.Select(static key => key.Id)];
}
