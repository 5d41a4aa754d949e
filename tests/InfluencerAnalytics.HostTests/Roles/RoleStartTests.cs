using System.Net;
using System.Security.Cryptography;
using System.Text;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Logging;
using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.HostTests.Api;
using InfluencerAnalytics.HostTests.Running;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using InfluencerAnalytics.Sqs.Creation;
using InfluencerAnalytics.Sqs.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.HostTests.Roles;

/// <summary>Each role alone, put together from its parts as for queues on SQS and a store on another machine, which is a store of the test.</summary>
public sealed class RoleStartTests(SqsServer server) : IClassFixture<SqsServer>, IDisposable
{
    private const string Key = "a-key-of-the-tests-that-nobody-guesses";

    private readonly TempDirectory _temp = new();
    private readonly ApiStorage _storage = new();
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    public static TheoryData<string> Alone => [.. HostedRole.All.Except([HostedRole.Up]).Select(role => role.Command)];

    private string Data => Path.Combine(_temp.Path, "data");

    public void Dispose()
    {
        _storage.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [MemberData(nameof(Alone))]
    public async Task Start_StoreAwayAndQueuesMissing_IsUnreadySayingWhyUntilTheyAreThere(string command)
    {
        var role = HostedRole.All.Single(role => role.Command == command);
        _storage.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        _storage.Store.Away = "It is being moved.";
        await using var app = Build(role);
        await app.StartAsync(_cancellationToken);
        var readiness = app.Services.GetRequiredService<Host.Reporting.ProcessReadiness>();
        IReadOnlyList<string> reasons = [];
        await UntilAsync(async () => (reasons = (await readiness.ReadAsync(_cancellationToken)).Reasons).Any(reason => reason.Contains("does not exist", StringComparison.Ordinal)));
        reasons.ShouldContain("store: It is being moved.");
        reasons.ShouldContain("process report: It is being moved.");
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var client = new InfluencerAnalyticsClient(http);
        (await client.GetLiveAsync(_cancellationToken)).Status.ShouldBe("live");
        (await client.GetReadyAsync(_cancellationToken)).ShouldSatisfyAllConditions(
            answer => answer.IsReady.ShouldBeFalse(),
            answer => answer.Reasons.Count.ShouldBeGreaterThan(1),
            answer => answer.Reasons.ShouldContain("store: It is being moved."));

        _storage.Store.Away = null;
        await app.Services.GetRequiredService<QueueCreation>().CreateAsync(_cancellationToken);
        await UntilAsync(async () => (reasons = (await readiness.ReadAsync(_cancellationToken)).Reasons).Count == 0);
        // It works, and has something to say all the same.
        _storage.Store.Status = status => status with { Detail = "It is nearly full." };
        (await client.GetReadyAsync(_cancellationToken)).ShouldSatisfyAllConditions(
            answer => answer.IsReady.ShouldBeTrue(), answer => answer.Notes.ShouldContain("store: It is nearly full."));

        await app.StopAsync(_cancellationToken);
        var report = (await _storage.Store.ReadProcessesAsync(IProcessStore.KeptFor, _cancellationToken)).ShouldHaveSingleItem().Report;
        (report.Role, report.HasStopped).ShouldBe((role.Name, true));

        async Task UntilAsync(Func<Task<bool>> condition) =>
            await Until.TrueAsync(condition, TimeSpan.FromSeconds(60), () => $"It says: {string.Join(" ", reasons)}", _cancellationToken);
    }

    [Theory]
    [MemberData(nameof(Alone))]
    public void Build_QueuesAndStoreElsewhere_HasADirectoryOnlyWhereItSpools(string command)
    {
        var role = HostedRole.All.Single(role => role.Command == command);
        using var app = Build(role);
        (app.Services.GetService<EmbeddedDatabase>() is not null).ShouldBe(role.Fetches);
        (app.Services.GetRequiredService<IMessageQueues>() is SpoolingQueues).ShouldBe(role.Fetches);
        (app.Services.GetRequiredService<IMessageQueues>() is SqsQueues).ShouldBe(!role.Fetches);
        app.Services.GetRequiredService<IDeadLetters>().ShouldBeOfType<QueueDeadLetters>();
        app.Services.GetRequiredService<IInfluencerStore>().ShouldBe(_storage.Store);
        app.Services.GetService<ApiKeyFile>().ShouldBeNull();
        Directory.Exists(Data).ShouldBe(role.Fetches);
    }

    [Fact]
    public async Task Fetch_DirectoryTakesNothingAndHasAStoreOfItsOwn_SaysBoth()
    {
        using (var database = EmbeddedDatabase.Open(new EmbeddedOptions { DataDirectory = Data }, TimeProvider.System, NullLoggerFactory.Instance))
            await database.Store.AddInfluencersAsync([1, 2, 3], 0, _cancellationToken);
        using var logs = new RecentWarnings(TimeProvider.System);
        await using var app = Build(HostedRole.Fetcher, logs, ("Embedded:MinFreeBytes", $"{1L << 60}"));
        await app.StartAsync(_cancellationToken);
        var readiness = app.Services.GetRequiredService<Host.Reporting.ProcessReadiness>();
        await Until.TrueAsync(
            () => Task.FromResult(readiness.WorkerProblems.Any(problem => problem.StartsWith("data directory: ", StringComparison.Ordinal))), TimeSpan.FromSeconds(60),
            () => $"It says: {string.Join(" ", readiness.WorkerProblems)}", _cancellationToken);
        logs.Snapshot().ShouldContain(warning => warning.Message.Contains("a store of its own with 3 influencers", StringComparison.Ordinal));
        await app.StopAsync(_cancellationToken);
    }

    [Fact]
    public async Task Serve_NoDirectory_TakesTheConfiguredKeyAndMakesNoBackup()
    {
        await using var app = Build(HostedRole.Server);
        await app.StartAsync(_cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var keyless = await Should.ThrowAsync<ApiProblemException>(() => new InfluencerAnalyticsClient(http).CreateBackupAsync(_cancellationToken));
        (keyless.Status, keyless.Detail!).ShouldBe((HttpStatusCode.Unauthorized, "This needs an API key in the header X-Api-Key; the configuration lists the keys under Api:Keys."));
        var refused = await Should.ThrowAsync<ApiProblemException>(() => new InfluencerAnalyticsClient(http, Key).CreateBackupAsync(_cancellationToken));
        (refused.Status, refused.Title).ShouldBe((HttpStatusCode.Conflict, "No backup by this program"));
        await app.StopAsync(_cancellationToken);
    }

    private WebApplication Build(HostedRole role, ILoggerProvider? logs = null, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>(more.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
        {
            ["Storage:Queue"] = "Sqs",
            ["Storage:Store"] = "Postgres",
            ["Postgres:ConnectionString"] = "Host=nowhere.invalid",
            ["Sqs:ServiceUrl"] = server.Url.ToString(),
            ["Sqs:Region"] = "us-east-1",
            ["Sqs:QueuePrefix"] = $"t{Guid.NewGuid():N}-",
            ["Embedded:DataDirectory"] = Data,
            ["Api:Keys:0:Name"] = "tests",
            ["Api:Keys:0:Hash"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
            ["Api:Keys:0:Rights"] = "Read,Write",
        };
        var builder = HostBuilding.CreateBuilder(new HostSettings(null, settings), TextWriter.Null, role);
        builder.Logging.ClearProviders();
        if (logs is not null)
            builder.Logging.AddProvider(logs);
        var layout = StorageLayout.Of(builder.Configuration, role);
        builder.Services.AddValidatedOptions<ApiOptions>();
        builder.Services.AddProcessReport(role.Name);
        builder.Services.AddReports(static provider => provider.GetRequiredService<ApiOptions>().WorkerSilence);
        builder.Services.AddPipelineCore();
        builder.AddDirectory(layout);
        builder.Services.AddSingleton<IInfluencerStore>(_storage.Store).AddStorePorts();
        builder.Services.AddSingleton<IDeadLetterShelf>(_storage.Queues);
        builder.AddQueues(layout);
        builder.Services.AddRosterService();
        AddRole(builder, role);
        var app = builder.Build();
        if (role == HostedRole.Server)
            app.MapApi();
        else
            app.MapWorkerHealth();
        app.Urls.Add("http://127.0.0.1:0");
        return app;
    }

    private static void AddRole(WebApplicationBuilder builder, HostedRole role)
    {
        if (role == HostedRole.Seeder)
            builder.AddSeeder();
        else if (role == HostedRole.Fetcher)
            builder.AddFetcher();
        else if (role == HostedRole.Ingester)
            builder.AddIngester();
        else if (role == HostedRole.Classifier)
            builder.AddClassifier(isAllThereIs: true);
        else
            builder.AddServer(role);
    }
}
