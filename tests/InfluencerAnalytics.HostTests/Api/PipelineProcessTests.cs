using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>What the pipeline and readiness tell of several processes.</summary>
public sealed class PipelineProcessTests
{
    private static readonly ProcessReport Fetcher = new("fetcher-far-1", "fetcher", "far", "1.2.3", ApiHost.NowMs - 60_000)
    {
        Fetch = new FetchFigures { PerSecond = 100.04, InFlight = 7, Fetched = 1000, Failures = new Dictionary<string, long> { ["timeout"] = 3 }, Provider = new ProviderFigures { ConcurrencyLimit = 64 } },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_OneProcess_IsTheOneThatAnswers()
    {
        await using var host = await ApiHost.StartAsync();
        var metrics = host.Services.GetRequiredService<PipelineMetrics>();
        metrics.StoredPoints(new AppendResult(10, 1, 0));
        metrics.Lagged(0.5);
        var pipeline = await host.Typed.GetPipelineAsync(Token);
        pipeline.Ingest.Total.ShouldBe(10);
        var process = pipeline.Processes.ShouldHaveSingleItem();
        (process.Role, process.Host, process.Ready, process.Problem, process.Counted, process.SilentSeconds).ShouldBe(("api", Environment.MachineName, true, null, true, 0));
        (process.Since, process.LastSeen, process.LagSeconds).ShouldBe(("2026-11-23T15:04:30Z", "2026-11-23T15:04:30Z", 0.5));
    }

    [Fact]
    public async Task Get_OthersReported_AreAddedUpAndThoseThatAreSilentNamed()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            storage.Come(ApiHost.NowMs - 31_000);
            await storage.Store.WriteProcessAsync(Fetcher with { Id = "fetcher-lost-1", Host = "lost" }, Token);
            await storage.Store.WriteProcessAsync(Fetcher with { Id = "fetcher-left-1", Host = "left", HasStopped = true }, Token);
            storage.Come(ApiHost.NowMs - 30_000);
            await storage.Store.WriteProcessAsync(Fetcher, Token);
            await storage.Store.WriteProcessAsync(Fetcher with { Id = "fetcher-near-1", Host = "near", Problems = ["fetcher: The clock is off by 7 s."] }, Token);
        });
        var pipeline = await host.Typed.GetPipelineAsync(Token);
        (pipeline.Fetch.PerSecond, pipeline.Fetch.InFlight, pipeline.Fetch.Total, pipeline.Fetch.ConcurrencyLimit, pipeline.Fetch.Failures["timeout"]).ShouldBe((200.1, 14, 2000, 128, 6));
        pipeline.Processes.Select(process => (process.Role, process.Host, process.Ready, process.Counted)).ShouldBe(
            [("api", Environment.MachineName, true, true), ("fetcher", "far", true, true), ("fetcher", "lost", false, false), ("fetcher", "near", false, true)]);
        var (far, lost, near) = (pipeline.Processes[1], pipeline.Processes[2], pipeline.Processes[3]);
        (far.Version, far.Since, far.LastSeen, far.SilentSeconds, far.FetchedPerSecond, far.InFlight, far.FailedAttempts).ShouldBe(("1.2.3", "2026-11-23T15:03:30Z", "2026-11-23T15:04:00Z", 30, 100, 7, 3));
        lost.Problem.ShouldBe("Last heard of 31 s ago.");
        near.Problem.ShouldBe("fetcher: The clock is off by 7 s.");

        // Whoever balances by it must not lose the API for a fetcher.
        var ready = await host.Typed.GetReadyAsync(Token);
        ready.IsReady.ShouldBeTrue();
        ready.Notes.ShouldBe(["fetcher on lost: last heard of 31 s ago.", "fetcher on near is not ready: fetcher: The clock is off by 7 s."]);
    }

    [Fact]
    public async Task Get_StoreAway_ShowsItsOwn()
    {
        await using var host = await ApiHost.StartAsync(async storage => await storage.Store.WriteProcessAsync(Fetcher, Token));
        host.Services.GetRequiredService<PipelineMetrics>().Fetched(5);
        host.Store.Away = "The store is being moved.";
        var pipeline = await host.Typed.GetPipelineAsync(Token);
        pipeline.Fetch.Total.ShouldBe(5);
        var process = pipeline.Processes.ShouldHaveSingleItem();
        (process.Role, process.Ready, process.Problem).ShouldBe(("api", false, "store: The store is being moved."));
    }
}
