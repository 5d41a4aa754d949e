using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>Reads who is on the roster. Safe for concurrent use.</summary>
internal sealed class RosterReader(PostgresDatabase database)
{
    public ValueTask<IReadOnlyList<RosterEntry>> ReadAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<RosterEntry>>(async (connection, cancel) =>
        {
            var members = await connection.ListAsync(
                $"SELECT {MemberRows.Columns} FROM influencer_analytics.roster WHERE influencer_id > $1 AND status IN (1, 2) ORDER BY influencer_id LIMIT $2",
                [afterId, (long)limit], MemberRows.Read, cancel);
            var latest = await LatestRows.FindAsync(connection, [.. members.Select(static member => member.Id)], cancel);
            return [.. members.Select(member => member.ToEntry(latest.TryGetValue(member.Id, out var point) ? point.Username : null))];
        }, cancellationToken);

    public ValueTask<RosterEntry?> FindAsync(long influencerId, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
    {
        var members = await connection.ListAsync(
            $"SELECT {MemberRows.Columns} FROM influencer_analytics.roster WHERE influencer_id = $1", [influencerId], MemberRows.Read, cancel);
        if (members.Count == 0)
            return null;
        var latest = await LatestRows.FindAsync(connection, [influencerId], cancel);
        return members[0].ToEntry(latest.TryGetValue(influencerId, out var point) ? point.Username : null);
    }, cancellationToken);

    public ValueTask<IReadOnlyDictionary<long, string>> ReadUsernamesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyDictionary<long, string>>(async (connection, cancel) =>
            (await LatestRows.FindAsync(connection, [.. ids.Distinct()], cancel)).ToDictionary(static one => one.Key, static one => one.Value.Username), cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<long>>(async (connection, cancel) => await connection.ListAsync(
            "SELECT influencer_id FROM influencer_analytics.roster WHERE added_version > $1 AND status IN (1, 2)", [rosterVersion], static reader => reader.GetInt64(0), cancel),
            cancellationToken);

    public ValueTask<RosterCounts> CountAsync(CancellationToken cancellationToken) => database.UseAsync(static (connection, cancel) =>
        connection.RowAsync(
            """
            SELECT counted.tracked, counted.gone, state.roster_version FROM influencer_analytics.state CROSS JOIN (
                SELECT coalesce(sum(tracked), 0)::bigint AS tracked, coalesce(sum(gone), 0)::bigint AS gone FROM influencer_analytics.roster_counts) counted
            """, [], static reader => new RosterCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)), cancel), cancellationToken);
}
