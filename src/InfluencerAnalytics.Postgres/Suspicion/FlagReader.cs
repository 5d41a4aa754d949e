using System.Data;
using System.Globalization;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Suspicion;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Suspicion;

/// <summary>
/// Gives the flags of all, and those that were written since. By snapshot, not by time or number: each row has the transaction that wrote it last, and a transaction that began earlier may
/// commit later. Safe for concurrent use.
/// </summary>
/// <remarks>
/// What a follower has not seen is whatever was written by a transaction that its snapshot does not see; the oldest of those is the one that was the oldest running then, so that the index
/// on the transaction finds them. A row that is written again in the middle of a pass has a transaction that the snapshot at the pass's beginning does not see either: the next pass
/// gives it. There is no list that could have been cut short: whoever was away for long finds all that changed.
/// </remarks>
internal sealed class FlagReader(PostgresDatabase database)
{
    public ValueTask<FlagPage> ReadAsync(string? cursor, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken) =>
        database.UseAsync(async (connection, cancel) =>
        {
            if (SnapshotCursor.Parse(cursor) is { } at)
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
                if (await IsKnownAsync(connection, at, cancel))
                    return at.LoadedTo is null ? await FollowAsync(connection, at, limit, into, cancel) : await LoadAsync(connection, at, limit, into, cancel);
            }
            // Before the first page is read: what is written from here on is news.
            return await LoadAsync(connection, new SnapshotCursor(await SnapshotCursor.NowAsync(connection, cancel), LoadedTo: 0), limit, into, cancel);
        }, cancellationToken);

    // One of another server, or no snapshot at all, is not.
    private static async Task<bool> IsKnownAsync(NpgsqlConnection connection, SnapshotCursor at, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.GetAsync<bool>(
                "SELECT pg_snapshot_xmax($1::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) AND pg_snapshot_xmax($2::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())",
                [at.Seen, at.Until ?? at.Seen], cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return false;
        }
    }

    // By influencer, whatever transaction wrote it: a dump that was restored elsewhere has those of another server.
    private static async Task<FlagPage> LoadAsync(NpgsqlConnection connection, SnapshotCursor at, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken)
    {
        var flags = await connection.ListAsync(
            "SELECT influencer_id, suspicious, checked_at FROM influencer_analytics.suspicions WHERE influencer_id > $1 ORDER BY influencer_id LIMIT $2", [at.LoadedTo, (long)limit],
            static reader => new SuspicionFlag(reader.GetInt64(0), reader.GetBoolean(1), Moments.Ms(reader.GetDateTime(2))), cancellationToken);
        foreach (var flag in flags)
            into.Add(flag);
        return flags.Count < limit ? new FlagPage(new SnapshotCursor(at.Seen).ToString(), false) : new FlagPage((at with { LoadedTo = flags[^1].InfluencerId }).ToString(), true);
    }

    private static async Task<FlagPage> FollowAsync(NpgsqlConnection connection, SnapshotCursor at, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken)
    {
        var until = at.Until ?? await SnapshotCursor.NowAsync(connection, cancellationToken);
        // At is the transaction of the last that was given, Within its influencer.
        var rows = await connection.ListAsync(
            """
            SELECT influencer_id, suspicious, checked_at, xid::text FROM influencer_analytics.suspicions
            WHERE xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
              AND xid < pg_snapshot_xmax($2::text::pg_snapshot) AND (xid, influencer_id) > ($3::text::xid8, $4)
            ORDER BY xid, influencer_id LIMIT $5
            """, [at.Seen, until, at.At.ToString(CultureInfo.InvariantCulture), at.Within, (long)limit],
            static reader => (
                Flag: new SuspicionFlag(reader.GetInt64(0), reader.GetBoolean(1), Moments.Ms(reader.GetDateTime(2))),
                Transaction: ulong.Parse(reader.GetString(3), CultureInfo.InvariantCulture)), cancellationToken);
        foreach (var (flag, _) in rows)
            into.Add(flag);
        return rows.Count < limit
            ? new FlagPage(new SnapshotCursor(until).ToString(), false)
            : new FlagPage((at with { Until = until, At = rows[^1].Transaction, Within = rows[^1].Flag.InfluencerId }).ToString(), true);
    }
}
