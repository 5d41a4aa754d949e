using System.Net.Http.Json;
using System.Text.Json;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Simulator;

/// <summary>A simulator of 1,000 accounts on a port of its own, and a client for it.</summary>
internal sealed class RunningSimulator : IAsyncDisposable
{
    public const long FirstId = 5_000_000;
    public const int Count = 1_000;

    public static readonly SimulatorOptions Options = new() { Port = 0, FirstId = FirstId, Count = Count, LedgerCapacity = 100_000 };

    private RunningSimulator(SimulatorServer server)
    {
        Server = server;
        Client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public SimulatorServer Server { get; }

    public HttpClient Client { get; }

    public static Task<RunningSimulator> StartAsync() => StartAsync(Options);

    public static Task<RunningSimulator> StartAsync(SimulatorOptions options) => StartAsync(options, TimeProvider.System);

    public static async Task<RunningSimulator> StartAsync(SimulatorOptions options, TimeProvider timeProvider) =>
        new(await SimulatorServer.StartAsync(options, timeProvider, TestContext.Current.CancellationToken));

    public Task<HttpResponseMessage> GetAsync(long pk) =>
        Client.GetAsync(PathOf(pk), TestContext.Current.CancellationToken);

    public async Task<Reading> ReadAsync(long pk) =>
        (await Client.GetFromJsonAsync<Reading>(PathOf(pk), JsonSerializerOptions.Web, TestContext.Current.CancellationToken))!;

    public Task<string> GetTextAsync(string path) => Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    public static string PathOf(long pk) => $"/api/v1/influencers/{pk}";

    /// <summary>The JSON of an account, as Mockstagram documents it.</summary>
    internal sealed record Reading(long Pk, string Username, int FollowerCount, int FollowingCount);
}
