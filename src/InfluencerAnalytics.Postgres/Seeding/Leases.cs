using InfluencerAnalytics.Postgres.Connection;

namespace InfluencerAnalytics.Postgres.Seeding;

/// <summary>Who may do what only one at a time may do, by the store's clock. Safe for concurrent use.</summary>
internal sealed class Leases(PostgresDatabase database)
{
    // Five times as long as the longest that is asked for: one that ends later was taken while the clock was ahead, and would bar everybody until then.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public ValueTask<bool> TryAcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        database.UseAsync((connection, cancel) => connection.GetAsync<bool>(
            """
            INSERT INTO influencer_analytics.leases AS held (name, owner, until) VALUES ($1, $2, influencer_analytics.store_time() + $3)
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
            WHERE held.owner = excluded.owner OR held.until <= influencer_analytics.store_time() OR held.until > influencer_analytics.store_time() + $4
            RETURNING true
            """, [name, owner, duration, Longest], cancel), cancellationToken);

    public ValueTask<int> ReleaseAsync(string name, string owner, CancellationToken cancellationToken) =>
        database.UseAsync((connection, cancel) => connection.DoAsync("DELETE FROM influencer_analytics.leases WHERE name = $1 AND owner = $2", [name, owner], cancel), cancellationToken);
}
