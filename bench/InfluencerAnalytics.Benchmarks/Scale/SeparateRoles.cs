using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Benchmarks.Storage;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.Scale;

/// <summary>Each role as a process of its own, any number of fetchers, on storage of their own, with a simulator.</summary>
internal sealed class SeparateRoles : IAsyncDisposable
{
    private const string Assembly = "influencer-analytics.dll";
    private const string HealthPhrase = "health on";

    // The simulator's first.
    private const int FirstId = 1_000_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-").FullName;
    private readonly OwnStorage _storage;
    private readonly List<RoleProcess> _roles = [];
    private readonly List<RoleProcess> _fetchers = [];
    private ServerProcess? _simulator;
    private Uri? _provider;
    private int _fetchersMade;

    private SeparateRoles(OwnStorage storage) => _storage = storage;

    public int Fetchers => _fetchers.Count;

    public static async Task<SeparateRoles> StartAsync(ScaleOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var roles = new SeparateRoles(await OwnStorage.StartAsync(options.Connection, sqs: true, output, cancellationToken));
        try
        {
            await roles.StartAllButFetchersAsync(options, cancellationToken);
            return roles;
        }
        catch
        {
            await roles.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more.</summary>
    /// <param name="perSecond">The most requests a second that it makes; null for no limit.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    public async Task AddFetcherAsync(int? perSecond, CancellationToken cancellationToken)
    {
        var data = Path.Combine(_directory, $"fetcher-{++_fetchersMade}");
        string[] limit = perSecond is { } most ? ["--set", string.Create(CultureInfo.InvariantCulture, $"Fetching:MaxRequestsPerSecond={most}")] : [];
        _fetchers.Add(await StartAsync("fetcher", HealthPhrase, ["fetch", "--provider", _provider!.AbsoluteUri, "--data", data, .. limit], cancellationToken));
    }

    public async Task StopFetchersAsync()
    {
        foreach (var fetcher in _fetchers)
            await fetcher.Process.DisposeAsync();
        _fetchers.Clear();
    }

    public async Task<ScaleCounts> CountAsync(CancellationToken cancellationToken)
    {
        var pages = new List<(RoleProcess Role, MetricsPage Page)>();
        foreach (var role in _roles.Concat(_fetchers))
            pages.Add((role, await MetricsPage.ReadAsync(role.Address, cancellationToken)));
        var cpu = _roles.Concat(_fetchers).GroupBy(static role => role.Role).ToDictionary(static role => role.Key, static role => role.Sum(one => one.Process.CpuTime.TotalSeconds));
        cpu["simulator"] = _simulator!.CpuTime.TotalSeconds;
        cpu["fauxqs"] = _storage.Queues!.Process.CpuTime.TotalSeconds;
        return new ScaleCounts(
            Sum("fetch_readings"), Sum("ingest_stored"), Sum("sqs_calls"), Sum("sqs_billed_units"),
            [.. pages.Where(static one => one.Role.Role == "fetcher").Select(static one => one.Page.Sum("sqs_calls"))],
            ScaleCounts.Actions.ToDictionary(static action => action, action => pages.Sum(one => one.Page.Sum("sqs_calls", $"action=\"{action.Action}\"", $"queue=\"{action.Queue}\""))),
            cpu);

        long Sum(string name) => pages.Sum(one => one.Page.Sum(name));
    }

    public async ValueTask DisposeAsync()
    {
        await StopFetchersAsync();
        foreach (var role in _roles)
            await role.Process.DisposeAsync();
        if (_simulator is not null)
            await _simulator.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAllButFetchersAsync(ScaleOptions options, CancellationToken cancellationToken)
    {
        await using (var database = new PostgresDatabase(new PostgresOptions { ConnectionString = _storage.ConnectionString! }, NullLoggerFactory.Instance))
        {
            var store = new PostgresStore(database, TimeProvider.System);
            foreach (var ids in Enumerable.Range(FirstId, options.Influencers).Select(static id => (long)id).Chunk(10_000))
                await store.AddInfluencersAsync(ids, 0, cancellationToken);
        }
        var count = options.Influencers.ToString(CultureInfo.InvariantCulture);
        _simulator = ServerProcess.Start(Assembly, "simulate", "--port", "0", "--count", count, "--latency", $"{options.LatencyMs}ms", "--ledger", "0");
        _provider = await _simulator.ReadAddressAsync("listening on", cancellationToken);
        for (var i = 0; i < options.Ingesters; i++)
            _roles.Add(await StartAsync("ingester", HealthPhrase, ["ingest"], cancellationToken));
        // Nobody uses the key: 'serve' does not start without one.
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Guid.NewGuid().ToString())));
        string[] serve = ["serve", "--listen", "http://127.0.0.1:0", "--set", "Api:Keys:0:Name=bench", "--set", $"Api:Keys:0:Hash={hash}", "--set", "Api:Keys:0:Rights=Read,Write"];
        _roles.Add(await StartAsync("api", "listening on", serve, cancellationToken));
        _roles.Add(await StartAsync("seeder", HealthPhrase, ["seeder", "--set", $"Seeding:Interval={TimeSpan.FromSeconds(options.IntervalSeconds)}"], cancellationToken));
    }

    private static async Task<RoleProcess> StartAsync(string role, string phrase, string[] arguments, CancellationToken cancellationToken)
    {
        var process = ServerProcess.Start(Assembly, arguments);
        try
        {
            return new RoleProcess(role, process, await process.ReadAddressAsync(phrase, cancellationToken));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private sealed record RoleProcess(string Role, ServerProcess Process, Uri Address);
}
