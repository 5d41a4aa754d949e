using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>The misses that count, one row each, and what they do to the counts of their slots.</summary>
internal static class MissRows
{
    /// <summary>Takes back the misses of readings that have come.</summary>
    public static Task TakeBackAsync(NpgsqlConnection connection, long[] ids, DateTime[] slots, SlotCounts counts, CancellationToken cancellationToken) => CountDownAsync(
        connection,
        """
        DELETE FROM influencer_analytics.misses m USING unnest($1::bigint[], $2::timestamptz[]) AS u (influencer_id, slot)
        WHERE m.slot = u.slot AND m.influencer_id = u.influencer_id RETURNING m.slot, m.reason
        """, [ids, slots], counts, cancellationToken);

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

    /// <summary>Drops what was counted of members in slots in which it turns out that they were not tracked.</summary>
    public static async Task ForgetAsync(NpgsqlConnection connection, SlotCounts counts, IEnumerable<Member> members, long from, CancellationToken cancellationToken)
    {
        var slots = await connection.ListAsync("SELECT slot FROM influencer_analytics.slots WHERE slot >= $1", [Moments.Of(from)], static reader => reader.GetDateTime(0), cancellationToken);
        var untracked = (from member in members from slot in slots where member.At(Moments.Ms(slot)) != InfluencerStatus.Tracked select (member.Id, slot)).ToList();
        if (untracked.Count > 0)
            await TakeBackAsync(connection, [.. untracked.Select(static one => one.Id)], [.. untracked.Select(static one => one.slot)], counts, cancellationToken);
    }

    /// <summary>As above, with the counts written at once.</summary>
    public static async Task ForgetAsync(NpgsqlConnection connection, int writer, IEnumerable<Member> members, long from, CancellationToken cancellationToken)
    {
        var counts = new SlotCounts();
        await ForgetAsync(connection, counts, members, from, cancellationToken);
        await using var batch = connection.CreateBatch();
        counts.Save(batch, writer);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task CountDownAsync(NpgsqlConnection connection, string sql, object?[] values, SlotCounts counts, CancellationToken cancellationToken)
    {
        foreach (var (slot, reason) in await connection.ListAsync(
            sql, values, static reader => (Moments.Ms(reader.GetDateTime(0)), (MissReason)reader.GetInt16(1)), cancellationToken))
            counts.Of(slot).Miss(reason, -1);
    }
}
