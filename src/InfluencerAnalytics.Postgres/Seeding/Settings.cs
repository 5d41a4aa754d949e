using InfluencerAnalytics.Postgres.Connection;

namespace InfluencerAnalytics.Postgres.Seeding;

/// <summary>Small named settings of the deployment. Safe for concurrent use.</summary>
internal sealed class Settings(PostgresDatabase database)
{
    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken) =>
        database.UseAsync((connection, cancel) => connection.GetAsync<string>("SELECT value FROM influencer_analytics.settings WHERE name = $1", [name], cancel), cancellationToken);

    public ValueTask<int> WriteAsync(string name, string value, CancellationToken cancellationToken) => database.UseAsync((connection, cancel) => connection.DoAsync(
        "INSERT INTO influencer_analytics.settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [name, value], cancel), cancellationToken);

    /// <summary>Writes one unless it is there already, and returns what is there then.</summary>
    public ValueTask<string> ReadOrWriteAsync(string name, string value, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
    {
        await connection.DoAsync("INSERT INTO influencer_analytics.settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", [name, value], cancel);
        return await connection.GetAsync<string>("SELECT value FROM influencer_analytics.settings WHERE name = $1", [name], cancel) ?? value;
    }, cancellationToken);
}
