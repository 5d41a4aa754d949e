using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Postgres.Processes;

/// <summary>What processes said of themselves, by the store's clock. Safe for concurrent use.</summary>
internal sealed class ProcessReports(PostgresDatabase database)
{
    public ValueTask<int> WriteAsync(ProcessReport report, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
    {
        // One that a clock wrote that was ahead is brought to now, else it would count as heard from until then.
        await connection.DoAsync(
            """
            UPDATE influencer_analytics.processes SET at = influencer_analytics.store_time() WHERE id IN (
                SELECT id FROM influencer_analytics.processes WHERE at > influencer_analytics.store_time() AND id <> $1 FOR UPDATE SKIP LOCKED)
            """, [report.Id], cancel);
        await using var batch = connection.CreateBatch();
        batch.Add("DELETE FROM influencer_analytics.processes WHERE at < influencer_analytics.store_time() - $1 AND id <> $2", IProcessStore.KeptFor, report.Id);
        batch.Add(
            """
            INSERT INTO influencer_analytics.processes (id, report, at) VALUES ($1, $2, influencer_analytics.store_time())
            ON CONFLICT (id) DO UPDATE SET report = excluded.report, at = excluded.at
            """, report.Id, report.ToJson());
        return await batch.ExecuteNonQueryAsync(cancel);
    }, cancellationToken);

    public ValueTask<IReadOnlyList<ReportedProcess>> ReadAsync(TimeSpan within, CancellationToken cancellationToken) => database.UseAsync<IReadOnlyList<ReportedProcess>>(
        async (connection, cancel) => await connection.ListAsync(
            """
            SELECT id, report, greatest(interval '0', now.now - at) FROM influencer_analytics.processes, influencer_analytics.store_time() AS now (now)
            WHERE at >= now.now - $1
            """, [within], static reader => new ReportedProcess(ProcessReport.Parse(reader.GetString(0), reader.GetString(1)), reader.GetTimeSpan(2)), cancel), cancellationToken);
}
