using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>The misses that count, one row each, and what they do to the counts of their slots.</summary>
internal static class MissRows
{
    /// <summary>Takes back the misses of readings that have come.</summary>
    public static async Task TakeBackAsync(NpgsqlConnection connection, long[] ids, DateTime[] slots, SlotCounts counts, CancellationToken cancellationToken)
    {
        foreach (var (slot, reason) in await connection.ListAsync(
            """
            DELETE FROM influencer_analytics.misses m USING unnest($1::bigint[], $2::timestamptz[]) AS u (influencer_id, slot)
            WHERE m.slot = u.slot AND m.influencer_id = u.influencer_id RETURNING m.slot, m.reason
            """, [ids, slots], static reader => (Moments.Ms(reader.GetDateTime(0)), (MissReason)reader.GetInt16(1)), cancellationToken))
            counts.Of(slot).Miss(reason, -1);
    }

    /// <summary>Writes misses, the last reason of each (slot, influencer) given. Whoever calls has the roster alone.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<(long Slot, long Id), MissReason> misses, SlotCounts counts, CancellationToken cancellationToken)
    {
        if (misses.Count == 0)
            return;
        var keys = misses.Keys.Order().ToList();
        DateTime[] slots = [.. keys.Select(static key => Moments.Of(key.Slot))];
        long[] ids = [.. keys.Select(static key => key.Id)];
        await TakeBackAsync(connection, ids, slots, counts, cancellationToken);
        await connection.DoAsync(
            "INSERT INTO influencer_analytics.misses (slot, influencer_id, reason) SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::smallint[])",
            [slots, ids, keys.Select(key => (short)misses[key]).ToArray()], cancellationToken);
        foreach (var key in keys)
            counts.Of(key.Slot).Miss(misses[key], 1);
    }
}
