using DbUp;
using DbUp.Engine.Output;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Schema;
using InfluencerAnalytics.Stores;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Migrations;

/// <summary>Brings a database to the schema of this program, as its owner. What newer versions have added stays, and older programs go on with it.</summary>
public sealed class Migrator(PostgresOptions options)
{
    private const string SchemaName = "influencer_analytics";
    private const string Journal = "schema_versions";

    private readonly string _connectionString = options.OwnerConnectionString is { Length: > 0 } owner ? owner : options.ConnectionString;

    /// <summary>Runs what is missing; each script is done as a whole or not at all.</summary>
    /// <returns>What was done, in sentences for people.</returns>
    /// <exception cref="StoreUnavailableException">It could not be done; the message says why.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        var where = ConnectionStrings.Describe(_connectionString);
        try
        {
            // Directly, in a session of its own: whoever is second waits, and finds everything done.
            await using var source = NpgsqlDataSource.Create(_connectionString);
            await using var guard = await source.OpenConnectionAsync(cancellationToken);
            await guard.DoAsync("SELECT pg_advisory_lock(hashtext('influencer_analytics.migrations'))", [], cancellationToken);
            var isTimescale = await PrepareAsync(source, cancellationToken);
            var done = Upgrade(isTimescale, where);
            if (isTimescale)
                await CompressAsync(source, cancellationToken);
            return done;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && PostgresErrors.IsOfTheDatabase(exception))
        {
            throw PostgresErrors.Explain(exception, where);
        }
    }

    private static async Task<bool> PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        bool isTimescale;
        await using (var connection = await source.OpenConnectionAsync(cancellationToken))
        {
            if (await connection.GetAsync<bool>($"SELECT to_regclass('{SchemaName}.{Journal}') IS NOT NULL", [], cancellationToken))
                return await connection.GetAsync<bool>($"SELECT EXISTS (SELECT FROM {SchemaName}.{Journal} WHERE scriptname LIKE '%{MigrationScripts.TimescaleSuffix}')", [], cancellationToken);
            // An installation with only the part under the Apache licence has no columnstore: it counts as plain. Which libraries are preloaded only superusers may ask; that
            // TimescaleDB's is shows in a setting that it brings.
            isTimescale = await connection.GetAsync<bool>(
                """
                SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
                   AND EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.disable_load')
                   AND current_setting('timescaledb.license', true) IS DISTINCT FROM 'apache'
                """, [], cancellationToken);
        }
        // The first command of its session, as it asks to be.
        await using var making = await source.OpenConnectionAsync(cancellationToken);
        if (isTimescale)
            await making.DoAsync("CREATE EXTENSION IF NOT EXISTS timescaledb WITH SCHEMA public", [], cancellationToken);
        await making.DoAsync($"CREATE SCHEMA IF NOT EXISTS {SchemaName}", [], cancellationToken);
        return isTimescale;
    }

    // Anew each time: the ages are options. Retention is no policy of the database's: an influencer's latest data point is put aside before its last chunk goes.
    private async Task CompressAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        foreach (var (table, age) in new[] { ("data_points", options.CompressAfter), ("hours", TimeSpan.FromDays(2)), ("days", TimeSpan.FromDays(60)), ("day_ranks", TimeSpan.FromDays(60)) })
        {
            await connection.DoAsync("SELECT public.remove_compression_policy($1::text::regclass, if_exists => true)", [$"{SchemaName}.{table}"], cancellationToken);
            await connection.DoAsync("SELECT public.add_compression_policy($1::text::regclass, compress_after => $2)", [$"{SchemaName}.{table}", age], cancellationToken);
        }
    }

    private List<string> Upgrade(bool isTimescale, string where)
    {
        var engine = DeployChanges.To.PostgresqlDatabase(_connectionString)
            .WithScripts(MigrationScripts.For(isTimescale))
            .JournalToPostgresqlTable(SchemaName, Journal)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .WithExecutionTimeout(TimeSpan.FromMinutes(10))
            .LogTo(new NoOpUpgradeLog())
            .Build();
        var result = engine.PerformUpgrade();
        if (!result.Successful)
            throw new StoreUnavailableException($"The migration {result.ErrorScript?.Name} failed in {where}, and nothing of it was done: {result.Error.Message}", result.Error);
        var done = result.Scripts.Select(script => script.Name).ToList();
        return
        [
            isTimescale ? $"{where} has TimescaleDB." : $"{where} is plain PostgreSQL: native partitions, nothing is compressed.",
            done.Count == 0 ? "The schema is up to date." : $"Done: {string.Join(", ", done)}.",
        ];
    }
}
