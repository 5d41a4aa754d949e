using System.Security.Cryptography;
using System.Text;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.ContractTests.Postgres;
using InfluencerAnalytics.ContractTests.Servers;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.Host.Commands.Asking;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Npgsql;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>A provider, SQS behind a proxy, PostgreSQL, and processes of the roles on them, all of this test's own.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    public const int FirstId = 1_000_000;

    /// <summary>For so long an ingester hides what it has received.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private const string Key = "0123456789abcdef0123456789abcdef";

    private readonly List<RoleProcess> _processes = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("influencer-analytics-test-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Dictionary<string, string?> _environment;

    private Deployment(SimulatorServer provider, SqsProxy sqs, string connectionString, int intervalSeconds)
    {
        (Provider, Sqs, ConnectionString, IntervalSeconds) = (provider, sqs, connectionString, intervalSeconds);
        QueuePrefix = $"t{Guid.NewGuid():N}-";
        var port = FreePort.Take();
        _http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        Client = new InfluencerAnalyticsClient(_http, Key);
        _environment = new Dictionary<string, string?>
        {
            ["Storage__Queue"] = "Sqs",
            ["Storage__Store"] = "Postgres",
            ["Postgres__ConnectionString"] = connectionString,
            ["Postgres__CommandTimeout"] = "5s",
            ["Sqs__ServiceUrl"] = sqs.Url.AbsoluteUri,
            ["Sqs__Region"] = "us-east-1",
            ["Sqs__QueuePrefix"] = QueuePrefix,
            ["Seeding__Interval"] = $"{intervalSeconds}s",
            ["Seeding__ShardSize"] = "50",
            ["Ingestion__Lease"] = $"{Lease.TotalSeconds}s",
            ["Provider__BaseAddress"] = provider.Address.AbsoluteUri,
            [KeyToSend.Variable] = Key,
            ["Api__Keys__0__Name"] = "tests",
            ["Api__Keys__0__Hash"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
            ["Api__Keys__0__Rights"] = "Read,Write",
        };
        Listen = _http.BaseAddress.AbsoluteUri;
    }

    public SimulatorServer Provider { get; }

    public SqsProxy Sqs { get; }

    /// <summary>Before the names of its queues.</summary>
    public string QueuePrefix { get; }

    public string ConnectionString { get; }

    public int IntervalSeconds { get; }

    public string Listen { get; }

    public InfluencerAnalyticsClient Client { get; }

    public IReadOnlyList<RoleProcess> Processes => _processes;

    /// <summary>All that the processes have printed.</summary>
    public string Output => string.Join('\n', _processes.Select(static process => process.Output));

    /// <summary>Makes the parts around the processes; queues and schema are made by the program's own commands.</summary>
    public static async Task<Deployment> CreateAsync(PostgresServer postgres, SqsServer sqs, int influencers, int intervalSeconds, CancellationToken cancellationToken)
    {
        var url = sqs.Url;
        var connectionString = await postgres.CreateEmptyDatabaseAsync();
        var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = influencers, LedgerCapacity = 2_000_000 }, cancellationToken);
        return new Deployment(provider, await SqsProxy.StartAsync(url, cancellationToken), connectionString, intervalSeconds);
    }

    /// <summary>Runs a command of the program to its end.</summary>
    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var (code, output) = await ProgramProcess.RunAsync(arguments, _environment, cancellationToken);
        code.ShouldBe(0, output);
        return output;
    }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await RunAsync(["db", "migrate"], cancellationToken);
        await ProgramProcess.CreateQueuesAsync([], _environment, cancellationToken);
    }

    /// <summary>Starts a process of a role.</summary>
    public RoleProcess Start(string name, params string[] arguments)
    {
        var process = new RoleProcess(name, [.. arguments, "--data", Path.Combine(_directory.FullName, name)], _environment);
        _processes.Add(process);
        process.Start();
        return process;
    }

    /// <summary>Tracks a range of ids, as soon as the API takes it.</summary>
    public async Task TrackAsync(int influencers, CancellationToken cancellationToken)
    {
        long[] ids = [.. Enumerable.Range(FirstId, influencers).Select(static id => (long)id)];
        await TriedAsync(async () => (await Client.TrackAsync(ids, cancellationToken)).Added == influencers, TimeSpan.FromSeconds(60), "The roster cannot be set.", cancellationToken);
    }

    /// <summary>Waits for a slot from a moment on that is final and whole.</summary>
    public async Task<SlotResponse> WholeSlotAsync(int influencers, long from, TimeSpan limit, CancellationToken cancellationToken)
    {
        SlotResponse? whole = null;
        string? shown = null;
        await TriedAsync(
            async () =>
            {
                var pipeline = await Client.GetPipelineAsync(cancellationToken);
                shown = string.Join(", ", (pipeline.Slots ?? []).Select(static slot => $"{slot.Slot} {slot.Stored}/{slot.Tracked}{(slot.Final ? "" : "…")}"));
                whole = pipeline.Slots?.FirstOrDefault(slot => slot.Final && slot.Tracked == influencers && slot.Stored == influencers && Ms(slot.Slot) >= from);
                return whole is not null;
            },
            limit, "No slot is whole.", cancellationToken, () => shown);
        return whole!;
    }

    /// <summary>What the database holds, asked of it directly.</summary>
    public async Task<List<StoredPoint>> StoredAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT influencer_id, slot, retrieved_at, followers, following FROM influencer_analytics.data_points", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var points = new List<StoredPoint>();
        while (await reader.ReadAsync(cancellationToken))
        {
            points.Add(new StoredPoint(
                reader.GetInt64(0), Ms(reader.GetDateTime(1)), Ms(reader.GetDateTime(2)), reader.GetInt64(3), reader.GetInt64(4)));
        }
        return points;
    }

    /// <summary>Tries until it is so; what fails on the way is tried again.</summary>
    public async Task TriedAsync(Func<Task<bool>> condition, TimeSpan limit, string otherwise, CancellationToken cancellationToken, Func<string?>? more = null)
    {
        string? failure = null;
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    return await condition();
                }
                catch (Exception exception) when (exception is HttpRequestException or ApiProblemException or NpgsqlException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    failure = exception.Message;
                    return false;
                }
            },
            limit, () => $"{otherwise} {more?.Invoke()} Last failure: {failure}\n{Output}", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Thaw();
            await process.DisposeAsync();
        }
        await Sqs.DisposeAsync();
        await Provider.DisposeAsync();
        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Epoch milliseconds.</summary>
    public static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static long Ms(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static long Ms(DateTime time) => new DateTimeOffset(time).ToUnixTimeMilliseconds();
}
