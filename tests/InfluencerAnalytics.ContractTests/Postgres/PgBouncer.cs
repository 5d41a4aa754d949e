using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.ContractTests.Servers;
using Npgsql;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>A PgBouncer in transaction mode before a server of the tests, with few connections to it: each transaction gets any of them.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"];

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ia-pgbouncer-{Guid.NewGuid():N}");
    private readonly Process _process;

    private PgBouncer(string program, NpgsqlConnectionStringBuilder behind)
    {
        Directory.CreateDirectory(_directory);
        var port = FreePort.Take();
        var configuration = Path.Combine(_directory, "pgbouncer.ini");
        File.WriteAllLines(configuration,
        [
            "[databases]",
            $"* = host={behind.Host} port={behind.Port.ToString(CultureInfo.InvariantCulture)}",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            $"listen_port = {port.ToString(CultureInfo.InvariantCulture)}",
            "auth_type = trust",
            $"auth_file = {Path.Combine(_directory, "users")}",
            "pool_mode = transaction",
            "default_pool_size = 3",
            "max_client_conn = 200",
            "unix_socket_dir =",
        ]);
        File.WriteAllText(Path.Combine(_directory, "users"), $"\"{behind.Username}\" \"\"\n");
        ServerUser.MakeDirectory(_directory);
        var start = ServerUser.Start(program, [configuration]);
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        ConnectionString = new NpgsqlConnectionStringBuilder(behind.ConnectionString) { Host = "127.0.0.1", Port = port }.ConnectionString;
    }

    /// <summary>How to connect through it.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts one. Skips the test when it cannot be had.</summary>
    public static async Task<PgBouncer> StartAsync(string connectionString)
    {
        var program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "PgBouncer is not installed: Debian's package 'pgbouncer' has it (test.sh installs it).");
        var started = new PgBouncer(program!, new NpgsqlConnectionStringBuilder(connectionString));
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await PostgresServer.DoAsync(started.ConnectionString, "SELECT 1");
                return started;
            }
            catch (NpgsqlException) when (since.Elapsed < TimeSpan.FromSeconds(30) && !started._process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
