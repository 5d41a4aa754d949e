using System.Numerics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Slots;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>Makes and reads the records of slots. Safe for concurrent use.</summary>
internal sealed class SlotStore(PostgresDatabase database)
{
    public const string MakeSlots =
        "INSERT INTO influencer_analytics.slots (slot, interval_seconds) SELECT * FROM unnest($1::timestamptz[], $2::integer[]) ON CONFLICT (slot) DO NOTHING";

    public ValueTask<int> NoteAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) => database.UseAsync(
        (connection, cancel) => connection.DoAsync(MakeSlots, [new[] { Moments.Of(slot) }, new[] { (int)interval.TotalSeconds }], cancel), cancellationToken);

    public ValueTask<IReadOnlyList<SlotSummary>> ReadAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<SlotSummary>>(async (connection, cancel) =>
        {
            if (endMs < 0 || startMs > endMs)
                return [];
            object?[] range = [Moments.Of(startMs), Moments.Of(endMs)];
            // One snapshot of the database for all of it: what is counted as read and as missed belongs together, but for a miss whose reading was committed just before.
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
            var missed = await MissedAsync(connection, range, cancel);
            return await connection.ListAsync(
                """
                WITH counted AS (
                    SELECT slot, sum(stored)::bigint AS stored, sum(covered)::bigint AS covered, sum(follower_sum) AS followers, sum(following_sum) AS following
                    FROM influencer_analytics.slot_counts WHERE slot BETWEEN $1 AND $2 GROUP BY slot),
                -- Differences before the first slot are one row: then each slot is a step of a running sum, which takes those of its own moment in.
                steps AS (
                    SELECT '-infinity'::timestamptz AS at, coalesce(sum(tracked), 0) AS tracked, coalesce(sum(gone), 0) AS gone, NULL::integer AS seconds
                    FROM influencer_analytics.roster_counts WHERE since < $1
                    UNION ALL SELECT since, tracked, gone, NULL FROM influencer_analytics.roster_counts WHERE since BETWEEN $1 AND $2
                    UNION ALL SELECT slot, 0, 0, interval_seconds FROM influencer_analytics.slots WHERE slot BETWEEN $1 AND $2),
                standing AS (SELECT at, seconds, sum(tracked) OVER (ORDER BY at) AS tracked, sum(gone) OVER (ORDER BY at) AS gone FROM steps)
                SELECT s.at, s.seconds, coalesce(c.stored, 0), coalesce(c.covered, 0), coalesce(c.followers, 0), coalesce(c.following, 0), s.tracked::bigint, s.gone::bigint
                FROM standing s LEFT JOIN counted c ON c.slot = s.at WHERE s.seconds IS NOT NULL ORDER BY s.at
                """, range, reader => Read(reader, missed), cancel);
        }, cancellationToken);

    private static async Task<ILookup<DateTime, (MissReason Reason, long Count)>> MissedAsync(NpgsqlConnection connection, object?[] range, CancellationToken cancellationToken) =>
        (await connection.ListAsync(
            "SELECT slot, reason, sum(missed)::bigint FROM influencer_analytics.slot_misses WHERE slot BETWEEN $1 AND $2 GROUP BY slot, reason HAVING sum(missed) > 0", range,
            static reader => (Slot: reader.GetDateTime(0), Reason: (MissReason)reader.GetInt16(1), Count: reader.GetInt64(2)), cancellationToken))
        .ToLookup(static miss => miss.Slot, static miss => (miss.Reason, miss.Count));

    private static SlotSummary Read(NpgsqlDataReader reader, ILookup<DateTime, (MissReason Reason, long Count)> missed) => new(
        Moments.Ms(reader.GetDateTime(0)), TimeSpan.FromSeconds(reader.GetInt32(1)), reader.GetInt64(6), reader.GetInt64(2),
        (Int128)reader.GetFieldValue<BigInteger>(4), (Int128)reader.GetFieldValue<BigInteger>(5),
        missed[reader.GetDateTime(0)].ToDictionary(static miss => miss.Reason, static miss => miss.Count))
    {
        Covered = reader.GetInt64(3),
        Gone = reader.GetInt64(7),
    };
}
