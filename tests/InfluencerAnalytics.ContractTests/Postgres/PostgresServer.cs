using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.ContractTests.Servers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Migrations;
using Npgsql;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>
/// A PostgreSQL of the tests' own: Debian's server, with a data directory and a port that nobody else has. It is started with the first test that needs it and ends with the
/// tests. Each test has a database of its own, copied from one that was migrated once.
/// </summary>
public abstract class PostgresServer(bool isTimescale) : IAsyncLifetime
{
    private const string Template = "migrated";

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ia-postgres-{Guid.NewGuid():N}");
    private readonly SemaphoreSlim _starting = new(1);
    private string? _missing;
    private bool _isStarted;
    private int _port;
    private int _databases;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it unless it runs. Skips the test when it cannot be had.</summary>
    public async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (!_isStarted && _missing is null)
                _missing = await TryStartAsync();
        }
        finally
        {
            _starting.Release();
        }
        Assert.SkipWhen(_missing is not null, _missing ?? "");
    }

    /// <summary>Makes a database with the schema of this program, whose time the test sets.</summary>
    /// <returns>How to connect to it, as its owner.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        await StartAsync();
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await _starting.WaitAsync();
        try
        {
            // One at a time: two copies of one template get into each other's way.
            await DoAsync(ConnectionString("postgres"), $"CREATE DATABASE {name} TEMPLATE {Template}");
        }
        finally
        {
            _starting.Release();
        }
        return ConnectionString(name);
    }

    /// <summary>Makes an empty database.</summary>
    public async Task<string> CreateEmptyDatabaseAsync()
    {
        await StartAsync();
        var name = $"empty{Interlocked.Increment(ref _databases)}";
        await DoAsync(ConnectionString("postgres"), $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Drops a database with whoever is connected to it.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        await NpgsqlConnectionDropper.ClearAsync(connectionString);
        await DoAsync(ConnectionString("postgres"), $"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    /// <summary>Ends it, as an operator does.</summary>
    /// <param name="mode">"fast" or "immediate".</param>
    public void Stop(string mode)
    {
        Run("pg_ctl", ["-D", _directory, "-m", mode, "-w", "stop"]);
        IsRunning = false;
    }

    /// <summary>Starts it again after <see cref="Stop"/>.</summary>
    public void Restart()
    {
        Run("pg_ctl", ["-D", _directory, "-w", "-l", Path.Combine(_directory, "log"), "start"]);
        IsRunning = true;
    }

    /// <summary>Whether it runs, as far as it was started and stopped here.</summary>
    public bool IsRunning { get; private set; }

    public ValueTask DisposeAsync()
    {
        if (IsRunning)
            Run("pg_ctl", ["-D", _directory, "-m", "immediate", "stop"]);
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
        _starting.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    public static async Task DoAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string?> TryStartAsync()
    {
        if (Binaries() is not { } binaries)
            return "PostgreSQL's server is not installed: Debian's package 'postgresql' has it (test.sh installs it).";
        if (isTimescale && !File.Exists(Path.Combine(SharedDirectory(binaries), "extension", "timescaledb.control")))
            return "TimescaleDB is not installed beside PostgreSQL; docs/operations.md says how the tests are run on it.";
        _port = FreePort.Take();
        ServerUser.MakeDirectory(_directory);
        Run("initdb", ["-D", _directory, "-U", "owner", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]);
        // Nothing of it outlives the tests, so nothing is forced to the disk.
        string[] settings =
        [
            $"port = {_port}", "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "fsync = off", "full_page_writes = off", "max_connections = 200",
            "shared_buffers = '256MB'", "max_wal_size = '1GB'", "autovacuum_naptime = '10s'", "timezone = 'America/St_Johns'", "log_min_messages = warning",
            .. isTimescale ? ["shared_preload_libraries = 'timescaledb'", "timescaledb.telemetry_level = 'off'", "timescaledb.max_background_workers = 0"] : Array.Empty<string>(),
        ];
        var configuration = Path.Combine(_directory, "test.conf");
        await File.WriteAllLinesAsync(configuration, settings);
        await File.AppendAllTextAsync(Path.Combine(_directory, "postgresql.conf"), $"\ninclude '{configuration}'\n");
        Restart();
        _isStarted = true;
        await DoAsync(ConnectionString("postgres"), $"CREATE DATABASE {Template}");
        await new Migrator(new PostgresOptions { ConnectionString = ConnectionString(Template) + ";Pooling=false" }).MigrateAsync(CancellationToken.None);
        await DoAsync(
            ConnectionString(Template),
            """
            CREATE TABLE influencer_analytics.test_time (now timestamptz NOT NULL);
            INSERT INTO influencer_analytics.test_time VALUES (clock_timestamp());
            CREATE OR REPLACE FUNCTION influencer_analytics.store_time() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT now FROM influencer_analytics.test_time $$;
            """);
        // Whoever is connected to it keeps it from being copied.
        await DoAsync(ConnectionString("postgres"), $"ALTER DATABASE {Template} WITH ALLOW_CONNECTIONS false");
        return null;
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port.ToString(CultureInfo.InvariantCulture)};Database={database};Username=owner;Timeout=30;Maximum Pool Size=40;Include Error Detail=true";

    private void Run(string program, IEnumerable<string> arguments)
    {
        var start = ServerUser.Start(Path.Combine(Binaries()!, program), arguments);
        // A server that keeps them open would keep this waiting for their end.
        start.RedirectStandardOutput = start.RedirectStandardError = program != "pg_ctl";
        if (program == "pg_ctl")
            start.ArgumentList.Add("-s");
        using var process = Process.Start(start)!;
        var said = program == "pg_ctl" ? "" : process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}. {said}{ServerLog()}");
    }

    private string ServerLog() => Path.Combine(_directory, "log") is var log && File.Exists(log) ? $" The server said: {File.ReadAllText(log)}" : "";

    private static string SharedDirectory(string binaries) => binaries.Replace("/usr/lib/", "/usr/share/", StringComparison.Ordinal).Replace("/bin", "", StringComparison.Ordinal);

    // The newest that TimescaleDB's version for the tests knows, else the newest.
    private static string? Binaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(static version => Path.Combine(version, "bin"))
            .Where(static bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private static class NpgsqlConnectionDropper
    {
        public static async Task ClearAsync(string connectionString)
        {
            await using var connection = new NpgsqlConnection(connectionString);
            NpgsqlConnection.ClearPool(connection);
        }
    }
}

/// <summary>Without TimescaleDB.</summary>
public sealed class PlainPostgres() : PostgresServer(false);

/// <summary>With TimescaleDB, where it is installed.</summary>
public sealed class TimescalePostgres() : PostgresServer(true);
