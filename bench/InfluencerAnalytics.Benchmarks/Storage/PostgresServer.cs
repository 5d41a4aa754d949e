using System.Globalization;
using System.Net;
using System.Net.Sockets;
using InfluencerAnalytics.Benchmarks.Running;
using Npgsql;

namespace InfluencerAnalytics.Benchmarks.Storage;

/// <summary>A PostgreSQL server of a benchmark's own, which it can stop and start again; with its files gone at the end.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // As a server of its own machine has it, a fourth of 8 GB; the rest is to keep checkpoints from coming in the midst of what is measured.
    private const string Settings =
        """
        listen_addresses='127.0.0.1'
        unix_socket_directories=''
        shared_buffers='2GB'
        max_wal_size='8GB'
        checkpoint_timeout='15min'
        wal_compression=on
        max_connections=200
        logging_collector=on
        """;

    private readonly string _programs;
    private readonly string _directory;
    private readonly string _port;
    private ServerProcess? _process;

    private PostgresServer(string programs, string directory, string port) => (_programs, _directory, _port) = (programs, directory, port);

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=owner;Database=postgres";

    /// <param name="programs">The directory of initdb and postgres.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    public static async Task<PostgresServer> StartAsync(string programs, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-pg-").FullName;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        listener.Stop();
        var server = new PostgresServer(programs, directory, port);
        try
        {
            if (IsRoot)
                await ServerProcess.StartProgram("chown", ["postgres", directory]).ToEndAsync("chown", cancellationToken);
            await server.Start("initdb", "-D", directory, "-U", "owner", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8").ToEndAsync("initdb", cancellationToken);
            await File.AppendAllTextAsync(Path.Combine(directory, "postgresql.conf"), $"{Settings}\nport={port}\n", cancellationToken);
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, again where it was stopped, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process = Start("postgres", "-D", _directory);
        while (true)
        {
            try
            {
                await OwnDatabase.DoAsync(ConnectionString, "SELECT 1", cancellationToken);
                return;
            }
            catch (NpgsqlException)
            {
                // Not yet.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Stops it in the midst of everything: connections are cut.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_process is null)
            return;
        // SIGINT is the "fast shutdown" of the PostgreSQL manual; SIGTERM would wait for every client to go.
        await ServerProcess.StartProgram("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]).ToEndAsync("kill", cancellationToken);
        await _process.ToEndAsync("postgres", cancellationToken);
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Directory.Delete(_directory, recursive: true);
    }

    // PostgreSQL does not run as root.
    private ServerProcess Start(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        return IsRoot
            ? ServerProcess.StartProgram("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", path, .. arguments])
            : ServerProcess.StartProgram(path, arguments);
    }

    private static bool IsRoot => Environment.UserName == "root";
}
