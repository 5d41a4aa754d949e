using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Suspicion;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>The API on a real server at a free port, over the embedded store and queues and a clock that stands at <see cref="Now"/>.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Key = "a-key-of-the-tests-that-nobody-guesses";

    public static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 4, 30, TimeSpan.Zero);

    private readonly WebApplication _app;

    private ApiHost(WebApplication app, ApiStorage storage)
    {
        (_app, Storage) = (app, storage);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Typed = new InfluencerAnalyticsClient(Client, Key);
    }

    /// <summary>What it answers from.</summary>
    public ApiStorage Storage { get; }

    public StagedStore Store => Storage.Store;

    public StagedQueues Queues => Storage.Queues;

    public FakeTimeProvider Time => Storage.Time;

    public HttpClient Client { get; }

    /// <summary>As above, with the key, as the commands ask.</summary>
    public InfluencerAnalyticsClient Typed { get; }

    public static long NowMs => Now.ToUnixTimeMilliseconds();

    /// <summary>The slot that contains the clock's time, at an interval of a minute.</summary>
    public static long Slot => NowMs - NowMs % 60_000;

    public IServiceProvider Services => _app.Services;

    /// <param name="fill">Puts in what there is when the API starts.</param>
    /// <param name="settings">Configuration of the API.</param>
    /// <param name="configure">Configuration of the storage.</param>
    public static async Task<ApiHost> StartAsync(
        Func<ApiStorage, Task>? fill = null, Dictionary<string, string?>? settings = null, Func<EmbeddedOptions, EmbeddedOptions>? configure = null)
    {
        var storage = new ApiStorage(configure);
        WebApplication? app = null;
        try
        {
            if (fill is not null)
                await fill(storage);
            storage.Time.SetUtcNow(Now);
            app = Build(storage, settings ?? []);
            await app.StartAsync(TestContext.Current.CancellationToken);
            var host = new ApiHost(app, storage);
            if (storage.Store.Away is null && storage.Store.LatestHeld.IsCompleted)
                await WaitForAsync(() => host.Leaderboard.State.IsLoaded && host.Leaderboard.HasFlags);
            return host;
        }
        catch
        {
            await CloseAsync(app, storage);
            throw;
        }
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

    /// <summary>Lets the clock run on until what there is to compare with was looked for.</summary>
    public Task WaitForChangesAsync()
    {
        var bases = Services.GetRequiredService<ChangeBases>();
        return WaitForAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return ChangeWindows.All.All(window => bases.Find(window, 0) is not { Problem: ChangeBases.NotRead });
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
        await CloseAsync(_app, Storage);
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

    private static WebApplication Build(ApiStorage storage, Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<TimeProvider>(storage.Time);
        builder.Services.AddSingleton<IInfluencerStore>(storage.Store);
        builder.Services.AddStorePorts();
        builder.Services.AddSingleton<IMessageQueues>(storage.Queues);
        builder.Services.AddSingleton<IDeadLetters>(storage.Queues);
        builder.Services.AddSingleton(storage.Backup);
        builder.Services.AddRosterService();
        builder.Services.AddSingleton(new ApiKeyFile("/nowhere/api-key", Key, IsNew: true));
        builder.Services.AddApi();
        // Of the classifier, which 'up' runs beside the API.
        builder.Services.AddSingleton<SuspicionMetrics>();
        builder.Services.AddSuspicionLane(isAllThereIs: false);
        // And of the watcher.
        builder.Services.AddSingleton<WatchingMetrics>();
        var app = builder.Build();
        app.Services.GetRequiredService<WatchingMetrics>();
        app.MapApi();
        return app;
    }

    private static async Task CloseAsync(WebApplication? app, ApiStorage storage)
    {
        if (app is not null)
        {
            // What follows the store is to be over before that is closed.
            await app.StopAsync();
            await app.DisposeAsync();
        }
        storage.Dispose();
    }
}
