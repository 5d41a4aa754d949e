using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>The API on a real server at a free port, over fakes and a clock that stands at <see cref="Now"/>.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Key = "a-key-of-the-tests-that-nobody-guesses";

    /// <summary>Where every backup is said to be.</summary>
    public const string BackupPath = "/nowhere/backups/1";

    public static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 4, 30, TimeSpan.Zero);

    private readonly WebApplication _app;

    private ApiHost(WebApplication app, FakeStore store, FakeQueues queues, FakeRosterService roster, FakeTimeProvider time)
    {
        (_app, Store, Queues, Roster, Time) = (app, store, queues, roster, time);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Typed = new InfluencerAnalyticsClient(Client, Key);
    }

    public FakeStore Store { get; }

    public FakeQueues Queues { get; }

    public FakeRosterService Roster { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Client { get; }

    /// <summary>As above, with the key, as the commands ask.</summary>
    public InfluencerAnalyticsClient Typed { get; }

    public static long NowMs => Now.ToUnixTimeMilliseconds();

    /// <summary>The slot that contains the clock's time, at an interval of a minute.</summary>
    public static long Slot => NowMs - NowMs % 60_000;

    public IServiceProvider Services => _app.Services;

    public static async Task<ApiHost> StartAsync(Action<FakeStore>? fill = null, Dictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        var time = new FakeTimeProvider(Now);
        var store = new FakeStore();
        var queues = new FakeQueues();
        var roster = new FakeRosterService(store);
        fill?.Invoke(store);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IInfluencerStore>(store);
        builder.Services.AddStorePorts();
        builder.Services.AddSingleton<IMessageQueues>(queues);
        builder.Services.AddSingleton<IRosterService>(roster);
        builder.Services.AddSingleton<IStoreBackup>(new FakeBackup());
        builder.Services.AddSingleton(new ApiKeyFile("/nowhere/api-key", Key, IsNew: true));
        builder.Services.AddApi();
        var app = builder.Build();
        app.MapApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var host = new ApiHost(app, store, queues, roster, time);
        if (store.Away is null && store.LatestHold.IsCompleted)
            await WaitForAsync(() => host.Leaderboard.State.IsLoaded);
        return host;
    }

    /// <summary>Lets the clock run on until the leaderboard is level with the store, or has noticed that it is away.</summary>
    public async Task FollowAsync()
    {
        var before = Leaderboard.State;
        await WaitForAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return Leaderboard.State.Synced > before.Synced || Leaderboard.State.Problem != before.Problem;
        });
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>As above with the key.</summary>
    public Task<HttpResponseMessage> SendWithKeyAsync(HttpMethod method, string path, string? json = null) =>
        SendAsync(method, path, json, (ApiHeaders.Key, Key));

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var response = await GetAsync(path);
        return await JsonOfAsync(response);
    }

    public static async Task<JsonElement> JsonOfAsync(HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Checks that it is a whole problem, and returns it.</summary>
    public static async Task<JsonElement> ProblemOfAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var problem = await JsonOfAsync(response, status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class FakeBackup : IStoreBackup
    {
        public ValueTask<string> BackUpAsync(CancellationToken cancellationToken) => ValueTask.FromResult(BackupPath);
    }

    private InfluencerLeaderboard Leaderboard => _app.Services.GetRequiredService<InfluencerLeaderboard>();

    public static async Task WaitForAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(30), "The leaderboard does not follow.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
