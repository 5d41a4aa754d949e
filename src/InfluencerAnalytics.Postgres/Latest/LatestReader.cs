using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Points;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Latest;

/// <summary>
/// Gives the latest data point of every influencer, and what changed. By snapshot, not by number: a transaction that began earlier may commit later. Safe for concurrent use.
/// </summary>
internal sealed class LatestReader(PostgresDatabase database)
{
    private const int MaxIdsPerPage = 20_000;

    // Of some 500 to 2,000 influencers each.
    private const int RowsPerRead = 16;

    public ValueTask<LatestPage> ReadAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        database.UseAsync(async (connection, cancel) =>
        {
            if (SnapshotCursor.Parse(cursor) is { } at)
            {
                // One snapshot of the database for all of it: what is known to be in the list stays there while it is read.
                await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
                if (await IsKnownAsync(connection, at, cancel))
                    return at.LoadedTo is null ? await FollowAsync(connection, at, limit, into, cancel) : await LoadAsync(connection, at, limit, into, cancel);
            }
            return await LoadAsync(connection, new SnapshotCursor(await SnapshotCursor.NowAsync(connection, cancel), LoadedTo: 0), limit, into, cancel);
        }, cancellationToken);

    /// <summary>Of these influencers, as far as they are known.</summary>
    public ValueTask<int> ReadOfAsync(IReadOnlyList<long> ids, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        database.UseAsync(async (connection, cancel) => await GiveAsync(connection, await MembersAsync(connection, [.. ids], cancel), into, cancel), cancellationToken);

    // Changes that it has not seen may be gone from the list, or the text is none. A transaction that it saw under way and that still is has lost nothing, however old it is: else
    // one that lasts for hours, in whatever database of the server, would have everything given anew each time.
    private static async Task<bool> IsKnownAsync(NpgsqlConnection connection, SnapshotCursor at, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.GetAsync<bool>(
                """
                SELECT pg_visible_in_snapshot(changes_pruned_to, $1::text::pg_snapshot) AND pg_snapshot_xmax($1::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
                   AND NOT EXISTS (
                       SELECT FROM pg_snapshot_xip($1::text::pg_snapshot) AS running (xid)
                       WHERE running.xid <= changes_pruned_to AND pg_visible_in_snapshot(running.xid, pg_current_snapshot()))
                FROM influencer_analytics.state
                """, [at.Seen], cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static async Task<LatestPage> LoadAsync(NpgsqlConnection connection, SnapshotCursor at, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken)
    {
        var (given, from) = (0, at.LoadedTo!.Value);
        while (given < limit)
        {
            var page = Math.Min(limit - given, MaxIdsPerPage);
            var members = await connection.ListAsync(
                "SELECT influencer_id, status FROM influencer_analytics.roster WHERE influencer_id > $1 ORDER BY influencer_id LIMIT $2", [from, (long)page],
                static reader => (Id: reader.GetInt64(0), Status: (InfluencerStatus)reader.GetInt16(1)), cancellationToken);
            if (members.Count == 0)
                return new LatestPage(new SnapshotCursor(at.Seen).ToString(), false);
            from = members[^1].Id;
            given += await GiveAsync(connection, members, into, cancellationToken);
        }
        return new LatestPage((at with { LoadedTo = from }).ToString(), true);
    }

    private static async Task<LatestPage> FollowAsync(NpgsqlConnection connection, SnapshotCursor at, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken)
    {
        var until = at.Until ?? await SnapshotCursor.NowAsync(connection, cancellationToken);
        // The row of changes to go on with, and the influencer within it.
        var (given, change, offset) = (0, (long)at.At, (int)at.Within);
        while (given < limit)
        {
            // What the snapshots tell apart begins with the oldest transaction that was still running at the first of them.
            var rows = await connection.ListAsync(
                """
                SELECT id, slot, influencers, body FROM influencer_analytics.changes
                WHERE xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
                  AND pg_visible_in_snapshot(xid, $2::text::pg_snapshot) AND id >= $3
                ORDER BY id LIMIT $4
                """, [at.Seen, until, change, RowsPerRead], ChangeRow.Read, cancellationToken);
            if (rows.Count == 0)
                return new LatestPage(new SnapshotCursor(until).ToString(), false);
            foreach (var row in rows.TakeWhile(_ => given < limit))
            {
                if (row.Id != change)
                    offset = 0;
                var count = Math.Min(limit - given, row.Points.Length - offset);
                await GiveAsync(connection, row, offset, count, into, cancellationToken);
                given += count;
                (change, offset) = offset + count == row.Points.Length ? (row.Id + 1, 0) : (row.Id, offset + count);
            }
        }
        return new LatestPage((at with { Until = until, At = (ulong)change, Within = offset }).ToString(), true);
    }

    private static async Task GiveAsync(NpgsqlConnection connection, ChangeRow row, int offset, int count, ICollection<LatestPoint> into, CancellationToken cancellationToken)
    {
        var points = row.Points[offset..(offset + count)];
        if (!row.IsOfRoster)
        {
            foreach (var point in points)
                into.Add(point);
            return;
        }
        await GiveAsync(connection, await MembersAsync(connection, points.Select(static point => point.InfluencerId).ToArray(), cancellationToken), into, cancellationToken);
    }

    private static Task<List<(long Id, InfluencerStatus Status)>> MembersAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken) => connection.ListAsync(
        "SELECT influencer_id, status FROM influencer_analytics.roster WHERE influencer_id = ANY($1)", [ids],
        static reader => (reader.GetInt64(0), (InfluencerStatus)reader.GetInt16(1)), cancellationToken);

    private static async Task<int> GiveAsync(
        NpgsqlConnection connection, List<(long Id, InfluencerStatus Status)> members, ICollection<LatestPoint> into, CancellationToken cancellationToken)
    {
        var latest = await LatestRows.FindAsync(connection, [.. members.Select(static member => member.Id)], cancellationToken);
        var given = 0;
        foreach (var (id, status) in members)
        {
            var point = latest.GetValueOrDefault(id);
            // An imported past is no reading.
            if (status == InfluencerStatus.Unknown && point.Slot == 0)
                continue;
            into.Add(new LatestPoint(id, point.FollowerCount, point.FollowingCount, point.Slot, point.RetrievedAt, status));
            given++;
        }
        return given;
    }

    // Of the roster, with no more than ids, when the slot is null.
    private sealed record ChangeRow(long Id, bool IsOfRoster, LatestPoint[] Points)
    {
        public static ChangeRow Read(NpgsqlDataReader reader)
        {
            var isOfRoster = reader.IsDBNull(1);
            return new ChangeRow(
                reader.GetInt64(0), isOfRoster, ChangeCodec.Unpack(reader.GetFieldValue<byte[]>(3), reader.GetInt32(2), isOfRoster ? 0 : Moments.Ms(reader.GetDateTime(1))));
        }
    }
}
