using InfluencerAnalytics.ContractTests.Postgres;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>Each role a process of its own on SQS and PostgreSQL, and all of them in one.</summary>
public sealed class RolesApartTests(PlainPostgres postgres, SqsServer sqs) : IClassFixture<PlainPostgres>, IClassFixture<SqsServer>
{
    private const int Influencers = 300;
    private const int IntervalSeconds = 5;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Roles_StartedBeforeSchemaAndQueuesAreThere_AreUnreadyAndThenWork()
    {
        await using var deployment = await Deployment.CreateAsync(postgres, sqs, Influencers, IntervalSeconds, _cancellationToken);
        // The wrong way round, and with nothing there yet.
        deployment.Start("serve", "serve", "--listen", deployment.Listen);
        var ingest = deployment.Start("ingest", "ingest");
        var fetch = deployment.Start("fetch", "fetch");
        var seeder = deployment.Start("seeder", "seeder");
        using var http = new HttpClient();
        foreach (var process in (RoleProcess[])[ingest, fetch, seeder])
            await ShouldAnswerAsync(http, process, 503, deployment);
        await deployment.TriedAsync(
            async () => (await deployment.Client.GetReadyAsync(_cancellationToken)).Reasons.Any(static reason => reason.Contains("db migrate", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30), "The API does not say what is missing.", _cancellationToken);

        await deployment.PrepareAsync(_cancellationToken);
        await deployment.TrackAsync(Influencers, _cancellationToken);
        await deployment.WholeSlotAsync(Influencers, 0, TimeSpan.FromSeconds(90), _cancellationToken);
        foreach (var process in (RoleProcess[])[ingest, fetch, seeder])
            await ShouldAnswerAsync(http, process, 200, deployment);

        // All of them are told of, wherever they are asked.
        await deployment.TriedAsync(
            async () => (await deployment.Client.GetPipelineAsync(_cancellationToken)).Processes.Where(static process => process.Counted).Select(static process => process.Role).Order()
                .SequenceEqual(["api", "fetcher", "ingester", "seeder"]),
            TimeSpan.FromSeconds(30), "Not every process is told of.", _cancellationToken);
        (await deployment.Client.GetPipelineAsync(_cancellationToken)).Fetch.PerSecond.ShouldBeGreaterThan(0, "it is what the fetcher reports, not the API");

        // Ranks are served though nobody in the API's process has fetched.
        (await deployment.Client.GetSummaryAsync(_cancellationToken)).Reporting.ShouldBe(Influencers);
        foreach (var process in (RoleProcess[])[ingest, fetch, seeder])
            (await process.InterruptAsync(_cancellationToken)).ShouldBe(0, process.Output);
    }

    [Fact]
    public async Task Up_OnSqsAndPostgres_IsWhole()
    {
        await using var deployment = await Deployment.CreateAsync(postgres, sqs, Influencers, IntervalSeconds, _cancellationToken);
        await deployment.PrepareAsync(_cancellationToken);
        var up = deployment.Start("up", "up", "--listen", deployment.Listen, "--influencers", $"{Influencers}", "--provider", deployment.Provider.Address.AbsoluteUri, "--no-live");
        await deployment.WholeSlotAsync(Influencers, 0, TimeSpan.FromSeconds(90), _cancellationToken);
        // It dies, and goes on where it was.
        await up.KillAsync();
        up.Start();
        await deployment.WholeSlotAsync(Influencers, Deployment.NowMs, TimeSpan.FromSeconds(90), _cancellationToken);
        LedgerCheck.EveryStoredPointWasServed(await deployment.StoredAsync(_cancellationToken), deployment.Provider.Ledger!.ReadAll());
    }

    private async Task ShouldAnswerAsync(HttpClient http, RoleProcess process, int status, Deployment deployment)
    {
        var health = await process.HealthAsync(_cancellationToken);
        await deployment.TriedAsync(
            async () => (int)(await http.GetAsync(health, _cancellationToken)).StatusCode == status, TimeSpan.FromSeconds(40), $"{process.Name} does not answer {status}.", _cancellationToken);
    }
}
