using InfluencerAnalytics.Postgres.Schema;
using InfluencerAnalytics.Stores;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>What was found in a database.</summary>
/// <param name="IsTimescale">Whether the data points are in a hypertable; else in native partitions.</param>
/// <param name="Writer">A number that no other process has, to count under.</param>
internal sealed record DatabaseKind(bool IsTimescale, int Writer)
{
    public string Name => IsTimescale ? "timescaledb" : "postgresql";

    /// <summary>Looks once, when the database is first reached.</summary>
    /// <exception cref="StoreUnavailableException">Migrations are missing.</exception>
    public static async Task<DatabaseKind> FindAsync(NpgsqlConnection connection, string where, CancellationToken cancellationToken)
    {
        var done = await connection.ListAsync("SELECT scriptname::text FROM influencer_analytics.schema_versions", [], static reader => reader.GetString(0), cancellationToken);
        var isTimescale = done.Any(static name => name.EndsWith(MigrationScripts.TimescaleSuffix, StringComparison.Ordinal));
        // More than are known here are those of a newer version, which leaves older ones running.
        if (MigrationScripts.Names(isTimescale).Except(done).ToList() is { Count: > 0 } missing)
            throw new StoreUnavailableException($"The schema in {where} is older than this program: {string.Join(", ", missing)} is to come. Run 'influencer-analytics db migrate'.");
        var writer = await connection.GetAsync<long>("SELECT nextval('influencer_analytics.writers')", [], cancellationToken);
        return new DatabaseKind(isTimescale, (int)writer);
    }
}
