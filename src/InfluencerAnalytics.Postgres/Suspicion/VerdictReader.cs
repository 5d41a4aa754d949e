using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Postgres.Suspicion;

/// <summary>Reads verdicts of single influencers, and what failed. Safe for concurrent use.</summary>
internal sealed class VerdictReader(PostgresDatabase database)
{
    public ValueTask<SuspicionVerdict?> FindAsync(long id, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
        await connection.ListAsync($"SELECT {VerdictRows.Columns} FROM influencer_analytics.suspicions WHERE influencer_id = $1", [id], VerdictRows.Read, cancel) is [var verdict]
            ? verdict
            : (SuspicionVerdict?)null, cancellationToken);

    public ValueTask<IReadOnlyList<SuspicionVerdict>> ReadHistoryAsync(long id, int limit, CancellationToken cancellationToken) => database.UseAsync<IReadOnlyList<SuspicionVerdict>>(
        async (connection, cancel) => await connection.ListAsync(
            $"SELECT {VerdictRows.Columns} FROM influencer_analytics.suspicion_changes WHERE influencer_id = $1 ORDER BY checked_at DESC LIMIT $2", [id, (long)limit], VerdictRows.Read, cancel),
        cancellationToken);

    public ValueTask<IReadOnlySet<long>> FindJudgedAsync(IReadOnlyList<long> ids, long sinceMs, CancellationToken cancellationToken) => database.UseAsync<IReadOnlySet<long>>(
        async (connection, cancel) => (await connection.ListAsync(
            """
            SELECT influencer_id FROM influencer_analytics.suspicions
            WHERE influencer_id = ANY($1) AND checked_at >= $2 AND checked_at <= influencer_analytics.store_time() + $3
            """, [ids.ToArray(), Moments.Of(sinceMs), SuspicionVerdict.MostAhead], static reader => reader.GetInt64(0), cancel)).ToHashSet(), cancellationToken);

    public ValueTask<IReadOnlyList<FailedChecks>> ReadFailedAsync(long fromDayMs, long toDayMs, CancellationToken cancellationToken) => database.UseAsync<IReadOnlyList<FailedChecks>>(
        async (connection, cancel) => await connection.ListAsync(
            "SELECT day, failed FROM influencer_analytics.suspicion_failures WHERE day >= $1 AND day <= $2 ORDER BY day", [Moments.Of(fromDayMs), Moments.Of(toDayMs)],
            static reader => new FailedChecks(Moments.Ms(reader.GetDateTime(0)), reader.GetInt64(1)), cancel), cancellationToken);
}
