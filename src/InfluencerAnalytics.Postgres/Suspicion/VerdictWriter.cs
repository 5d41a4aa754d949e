using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Suspicion;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Suspicion;

/// <summary>Writes verdicts and counts what failed. Safe for concurrent use, also over processes: verdicts are written by one at a time.</summary>
internal sealed class VerdictWriter(PostgresDatabase database)
{
    // Held to the end of the transaction: what is newest, and whether that changes a flag, is decided by what the one before has committed. Writes are a few a second of all classifiers.
    private const string Lock = "SELECT pg_advisory_xact_lock(hashtext('influencer_analytics.suspicions')), influencer_analytics.store_time()";

    public async ValueTask<int> WriteAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken)
    {
        if (SuspicionVerdicts.WhyRefused(verdicts) is { } refusal)
            throw new StoreRefusedException(refusal);
        var toWrite = SuspicionVerdicts.NewestOfEach(verdicts);
        return toWrite.Count == 0 ? 0 : await database.WriteAsync(RosterUse.None, (connection, cancel) => WriteAsync(connection, toWrite, cancel), cancellationToken);
    }

    public ValueTask<int> AddFailedAsync(long dayMs, int count, CancellationToken cancellationToken) => database.UseAsync((connection, cancel) => connection.DoAsync(
        """
        INSERT INTO influencer_analytics.suspicion_failures (day, failed) VALUES ($1, $2)
        ON CONFLICT (day) DO UPDATE SET failed = suspicion_failures.failed + excluded.failed
        """, [Moments.Of(dayMs), (long)count], cancel), cancellationToken);

    private static async Task<int> WriteAsync(NpgsqlConnection connection, IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken)
    {
        var now = Moments.Ms(await connection.RowAsync(Lock, [], static reader => reader.GetDateTime(1), cancellationToken));
        var kept = (await connection.ListAsync(
            $"SELECT {VerdictRows.Columns} FROM influencer_analytics.suspicions WHERE influencer_id = ANY($1)", [verdicts.Select(static verdict => verdict.InfluencerId).ToArray()],
            VerdictRows.Read, cancellationToken)).ToDictionary(static verdict => verdict.InfluencerId);
        var newer = verdicts.Where(verdict => !kept.TryGetValue(verdict.InfluencerId, out var known) || verdict.Replaces(known, now)).ToList();
        if (newer.Count == 0)
            return 0;
        await using var batch = connection.CreateBatch();
        batch.Add(
            $"""
            INSERT INTO influencer_analytics.suspicions ({VerdictRows.Columns}) SELECT * FROM {VerdictRows.Given}
            ON CONFLICT (influencer_id) DO UPDATE SET
                suspicious = excluded.suspicious, checked_at = excluded.checked_at, followers = excluded.followers, following = excluded.following, xid = excluded.xid
            """, VerdictRows.Values(newer));
        // Of a verdict that gave way to an earlier one, its clock having been ahead, the first statement has dropped the change as well (a trigger): what counts is the flag before that.
        var changed = newer.FindAll(verdict =>
            !kept.TryGetValue(verdict.InfluencerId, out var known) || known.IsSuspicious != verdict.IsSuspicious || known.CheckedAt >= verdict.CheckedAt);
        if (changed.Count > 0)
            batch.Add(
                $"""
                INSERT INTO influencer_analytics.suspicion_changes ({VerdictRows.Columns})
                SELECT u.* FROM {VerdictRows.Given} AS u (id, suspicious, checked_at, followers, following)
                WHERE u.suspicious IS DISTINCT FROM
                    (SELECT c.suspicious FROM influencer_analytics.suspicion_changes c WHERE c.influencer_id = u.id ORDER BY c.checked_at DESC LIMIT 1)
                ON CONFLICT DO NOTHING
                """, VerdictRows.Values(changed));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return newer.Count;
    }
}
