using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Commands;

/// <summary>What the deployment agreed on, by the program's own commands: interval, shard size, and whose readings the data are.</summary>
public sealed class AgreementTests : IDisposable
{
    // Nothing listens there, and nothing needs to: it is the name that counts.
    private const string Provider = "http://127.0.0.1:9";

    private readonly TempDirectory _temp = new();
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_temp.Path, "data");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Up_AnotherProvider_IsRefusedUnlessAccepted()
    {
        await RunUpAsync("--provider", Provider, "--interval", "2s");

        var (code, output) = await RunAsync("up", "--listen", "http://127.0.0.1:0", "--interval", "7s");
        code.ShouldBe(2, output);
        output.ShouldContain($"holds readings of {Provider}, and this start is for the built-in simulator");
        output.ShouldContain("--accept-provider");
        output.ShouldContain($"--provider {Provider}");
        output.ShouldNotContain("   at ");
        (await RunAsync("config", "show")).Output.ShouldContain("interval    2s");
        (code, output) = await RunAsync("up", "--listen", "http://127.0.0.1:0", "--provider", "http://127.0.0.1:10");
        code.ShouldBe(2, output);
        (code, output) = await RunAsync("fetch", "--provider", "http://127.0.0.1:10");
        code.ShouldBe(2, output);
        (code, output) = await RunAsync("simulate", "history", "--days", "1", "--influencers", "1");
        code.ShouldBe(2, output);

        // The same address in another form is the same provider.
        await RunUpAsync("--provider", "HTTP://127.0.0.1:9/");
        (await RunUpAsync("--accept-provider")).ShouldContain($"provider: {Provider} before, the built-in simulator now.");
        // On another port: it is the built-in simulator all the same.
        await RunUpAsync();
    }

    [Fact]
    public async Task Fetch_AnotherProviderAcceptedByConfiguration_Runs()
    {
        await RunUpAsync("--provider", Provider);

        await using var fetch = ProgramProcess.Start("fetch", "--data", Data, "--provider", "http://127.0.0.1:10", "--set", "Provider:Accept=true");
        await fetch.LineAsync("fetch runs", _cancellationToken);
        fetch.Signal("TERM");
        (await fetch.ExitAsync(_cancellationToken)).ShouldBe(0, fetch.Output);
        (await RunAsync("config", "show")).Output.ShouldContain("provider    http://127.0.0.1:10");
    }

    [Fact]
    public async Task Config_NoneRuns_WorksOnTheDirectory()
    {
        var (code, output) = await RunAsync("config", "show");
        code.ShouldBe(2, output);
        output.ShouldContain($"There is no data directory {Data}");
        Directory.Exists(Data).ShouldBeFalse();

        (await RunAsync("config", "set", "interval=2s", "shard-size=7")).ShouldBe((0, "interval: (not agreed yet) before, 2s now.\nshard-size: (not agreed yet) before, 7 now."));
        (await RunAsync("config", "set", "interval=2s")).ShouldBe((0, "Nothing changed: that is agreed already."));
        (await RunAsync("config", "show")).ShouldBe((0, "interval    2s\nshard-size  7\nprovider    (not agreed yet)"));
        foreach (var wrong in (string[])["interval=2", "interval=2h", "shard-size=0", "provider=somewhere", "colour=red", "interval"])
        {
            (code, output) = await RunAsync("config", "set", "shard-size=8", wrong);
            code.ShouldBe(2, output);
        }
        (await RunAsync("config", "show")).Output.ShouldContain("shard-size  7");

        // A first 'up' goes by it, and another value on its own data is one of the acts that change it.
        var started = await RunUpAsync("--interval", "3s", "--set", "Seeding:ShardSize=9");
        started.ShouldContain("interval: 2s before, 3s now.");
        started.ShouldContain("shard-size: 7 before, 9 now.");
        (await RunUpAsync()).ShouldNotContain(" before, ");
    }

    [Fact]
    public async Task ConfigAndSeed_UpRuns_GoOverHttpAndItIsSeededAnew()
    {
        await using var up = StartUp("--interval", "10s");
        var site = new Uri((await up.LineAsync("Listening on ", _cancellationToken)).Split(' ')[2]);
        await UntilSealedAsync(site, up, interval: 10);

        (await RunAsync("config", "set", "interval=2s")).ShouldBe((0, "interval: 10s before, 2s now."));
        await UntilSealedAsync(site, up, interval: 2);
        (await RunAsync("seed", "--interval", "3s")).ShouldBe((0, "interval: 2s before, 3s now."));
        await UntilSealedAsync(site, up, interval: 3);
        (await RunAsync("seed", "--interval", "3s", "1500001-1500003")).ShouldBe((0, "Nothing changed: that is agreed already.\n3 ids: 3 added, 0 tracked before."));
        (await RunAsync("config", "show")).ShouldBe((0, "interval    3s\nshard-size  500\nprovider    the built-in simulator"));
    }

    [Fact]
    public async Task Seed_WithoutASource_HasTheRosterSeededAnew()
    {
        var (code, output) = await RunAsync("seed");
        code.ShouldBe(2, output);
        output.ShouldContain($"There is no data directory {Data}");

        await using (var up = StartUp("--interval", "10s"))
        {
            var site = new Uri((await up.LineAsync("Listening on ", _cancellationToken)).Split(' ')[2]);
            await UntilAsync(site, up, pipeline => pipeline.Generation == 1);
            (await RunAsync("seed")).ShouldBe((0, "Asked for the roster to be seeded anew, after generation 1: that takes seconds."));
            await UntilAsync(site, up, pipeline => pipeline.Generation == 2);
            up.Signal("TERM");
            (await up.ExitAsync(_cancellationToken)).ShouldBe(0, up.Output);
        }

        (await RunAsync("seed")).ShouldBe((0, "Asked for the roster to be seeded anew, after generation 2: the next 'up' does it."));
        await using var again = StartUp();
        await UntilAsync(new Uri((await again.LineAsync("Listening on ", _cancellationToken)).Split(' ')[2]), again, pipeline => pipeline.Generation == 3);
    }

    [Fact]
    public async Task Config_ProviderChangedUnderARunningUp_NothingMoreIsFetchedAndReadySaysWhy()
    {
        await using var up = StartUp("--interval", "1s");
        var site = new Uri((await up.LineAsync("Listening on ", _cancellationToken)).Split(' ')[2]);
        await UntilSealedAsync(site, up, interval: 1);

        (await RunAsync("config", "set", $"provider={Provider}")).ShouldBe((0, $"provider: the built-in simulator before, {Provider} now."));

        using var http = new HttpClient { BaseAddress = site };
        var client = new InfluencerAnalyticsClient(http);
        await Until.TrueAsync(
            async () => (await client.GetReadyAsync(_cancellationToken)).Reasons.Any(reason => reason.Contains($"readings of {Provider}", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(40), () => up.Output, _cancellationToken);
    }

    private Task UntilSealedAsync(Uri site, ProgramProcess up, double interval) => UntilAsync(site, up, pipeline => pipeline.Interval == interval);

    private async Task UntilAsync(Uri site, ProgramProcess up, Func<PipelineResponse, bool> isSo)
    {
        using var http = new HttpClient { BaseAddress = site };
        var client = new InfluencerAnalyticsClient(http);
        await Until.TrueAsync(async () => isSo(await client.GetPipelineAsync(_cancellationToken)), TimeSpan.FromSeconds(40), () => up.Output, _cancellationToken);
    }

    private ProgramProcess StartUp(params string[] more) =>
        ProgramProcess.Start(["up", "--data", Data, "--listen", "http://127.0.0.1:0", "--influencers", "100", .. more]);

    private async Task<string> RunUpAsync(params string[] more)
    {
        await using var up = StartUp(more);
        await up.LineAsync("Listening on ", _cancellationToken);
        up.Signal("TERM");
        (await up.ExitAsync(_cancellationToken)).ShouldBe(0, up.Output);
        return up.Output;
    }

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) => ProgramProcess.RunAsync([.. arguments, "--data", Data], _cancellationToken);
}
