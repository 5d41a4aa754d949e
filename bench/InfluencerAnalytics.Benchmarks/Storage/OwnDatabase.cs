using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Migrations;
using Npgsql;

namespace InfluencerAnalytics.Benchmarks.Storage;

/// <summary>A database that a benchmark makes on a server that is running, with the program's schema, and drops at its end.</summary>
internal sealed class OwnDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    private OwnDatabase(string server, string name)
    {
        (_server, _name) = (server, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, IncludeErrorDetail = true }.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <param name="server">As a user that may create databases.</param>
    /// <param name="output">Told what the migrations do.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<OwnDatabase> CreateAsync(string server, TextWriter output, CancellationToken cancellationToken)
    {
        var database = new OwnDatabase(server, $"ia_bench_{Guid.NewGuid():N}");
        await DoAsync(server, $"CREATE DATABASE {database._name}", cancellationToken);
        try
        {
            foreach (var line in await new Migrator(new PostgresOptions { ConnectionString = database.ConnectionString }).MigrateAsync(cancellationToken))
                await output.WriteLineAsync(line);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>One statement, on a connection of its own.</summary>
    public static async Task DoAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await DoAsync(_server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", CancellationToken.None);
    }
}
