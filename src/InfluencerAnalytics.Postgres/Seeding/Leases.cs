using InfluencerAnalytics.Postgres.Connection;

namespace InfluencerAnalytics.Postgres.Seeding;

/// <summary>Who may do what only one at a time may do, by the store's clock. Safe for concurrent use.</summary>
internal sealed class Leases(PostgresDatabase database)
{
    public ValueTask<bool> TryAcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        database.UseAsync((connection, cancel) => connection.GetAsync<bool>(
            """
            INSERT INTO influencer_analytics.leases AS held (name, owner, until) VALUES ($1, $2, influencer_analytics.store_time() + $3)
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
            WHERE held.owner = excluded.owner OR held.until <= influencer_analytics.store_time()
            RETURNING true
            """, [name, owner, duration], cancel), cancellationToken);

    public ValueTask<int> ReleaseAsync(string name, string owner, CancellationToken cancellationToken) =>
        database.UseAsync((connection, cancel) => connection.DoAsync("DELETE FROM influencer_analytics.leases WHERE name = $1 AND owner = $2", [name, owner], cancel), cancellationToken);
}
