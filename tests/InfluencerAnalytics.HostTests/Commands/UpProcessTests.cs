using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Commands;

/// <summary>How <c>up</c> starts, stops and fails, as a process of its own.</summary>
public sealed class UpProcessTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Up_FreshDirectory_ServesReadingsOfItsOwnSimulatorAndStopsWithin10SecondsOfCtrlC()
    {
        await using var up = StartUp();
        var site = await SiteAsync(up);
        using var http = new HttpClient { BaseAddress = site };
        var client = new InfluencerAnalyticsClient(http);

        await Until.TrueAsync(() => HasDataAsync(client), TimeSpan.FromSeconds(30), () => up.Output, _cancellationToken);
        var clock = Stopwatch.StartNew();
        up.Signal("INT");
        var code = await up.ExitAsync(_cancellationToken);

        code.ShouldBe(0, up.Output);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        up.Output.ShouldContain("Stopped.");
        up.Output.ShouldContain("Disk: ");
        File.Exists(Path.Combine(_temp.Path, "listening")).ShouldBeFalse();
    }

    [Fact]
    public async Task Up_SecondOneOnTheSameDirectory_SaysThatItIsInUse()
    {
        await using var up = StartUp();
        await SiteAsync(up);

        var (code, output) = await ProgramProcess.RunAsync(["up", "--data", _temp.Path, "--listen", "http://127.0.0.1:0"], _cancellationToken);

        code.ShouldBe(3, output);
        output.ShouldContain(_temp.Path);
        output.ShouldContain("another process");
        output.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("ein-schlüssel-von-mehr-als-zweiunddreißig-zeichen")]
    [InlineData("-> nowhere")]
    [InlineData(null)]
    public async Task Up_NoKeyInTheKeyFile_SaysSoWithoutAStackTrace(string? content)
    {
        var path = Path.Combine(_temp.Path, "api-key");
        if (content is null)
            Directory.CreateDirectory(path);
        else if (content.StartsWith("-> ", StringComparison.Ordinal))
            File.CreateSymbolicLink(path, content[3..]);
        else
            await File.WriteAllTextAsync(path, content, _cancellationToken);

        var (code, output) = await ProgramProcess.RunAsync(["up", "--data", _temp.Path, "--listen", "http://127.0.0.1:0"], _cancellationToken);

        code.ShouldBe(5, output);
        output.ShouldContain(path);
        output.ShouldNotContain("   at ");
        Directory.Exists(Path.Combine(_temp.Path, "db")).ShouldBeFalse();
    }

    [Fact]
    public async Task Up_ListeningIsADirectory_SaysSoBeforeAnythingIsOpened()
    {
        var path = Path.Combine(_temp.Path, "listening");
        Directory.CreateDirectory(path);
        var (code, output) = await ProgramProcess.RunAsync(["up", "--data", _temp.Path, "--listen", "http://127.0.0.1:0"], _cancellationToken);
        code.ShouldBe(5, output);
        output.ShouldContain($"{path} is a directory");
        output.ShouldNotContain("   at ");
        Directory.Exists(Path.Combine(_temp.Path, "db")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("up")]
    [InlineData("serve")]
    public async Task Start_PortInUse_SaysSoAndMakesNoDirectory(string command)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (code, output) = await ProgramProcess.RunAsync(
            [command, "--data", Path.Combine(_temp.Path, "data"), "--listen", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")], _cancellationToken);

        code.ShouldBe(4, output);
        output.ShouldContain($"Another program listens on 127.0.0.1:{port}");
        output.Split('\n').Length.ShouldBe(1);
        Directory.GetFileSystemEntries(_temp.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Up_DataDirectoryIsAFile_SaysSoInOneLine()
    {
        var file = _temp.File("file", "");

        var (code, output) = await ProgramProcess.RunAsync(["up", "--data", file, "--listen", "http://127.0.0.1:0"], _cancellationToken);

        code.ShouldBe(5, output);
        output.ShouldContain(file);
        output.Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task Up_SecondCtrlCWhileStopping_EndsAtOnceWith130()
    {
        // A provider that never answers keeps the fetcher busy while it stops.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var up = StartUp("--provider", $"http://{silent.LocalEndpoint}", "--set", "Provider:RequestTimeout=60s");
        await SiteAsync(up);
        await Until.TrueAsync(() => Task.FromResult(silent.Pending()), TimeSpan.FromSeconds(30), () => up.Output, _cancellationToken);

        up.Signal("INT");
        up.Signal("INT");
        var clock = Stopwatch.StartNew();
        var code = await up.ExitAsync(_cancellationToken);

        code.ShouldBe(130, up.Output);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Up_ItsSimulatorDies_IsStartedAgainOnTheSamePortAndReadingsGoOn()
    {
        await using var up = StartUp();
        using var http = new HttpClient { BaseAddress = await SiteAsync(up) };
        var client = new InfluencerAnalyticsClient(http);
        await Until.TrueAsync(() => HasDataAsync(client), TimeSpan.FromSeconds(30), () => up.Output, _cancellationToken);
        var before = await FetchedAsync(client);

        using (var simulator = Process.GetProcessById(ChildOf(up.Id)))
            simulator.Kill();

        await up.LineAsync("Starting it again", _cancellationToken);
        await up.LineAsync("listens again", _cancellationToken);
        await Until.TrueAsync(async () => await FetchedAsync(client) > before + 100, TimeSpan.FromSeconds(30), () => up.Output, _cancellationToken);
    }

    [Fact]
    public async Task Up_KilledWithoutWarning_TakesItsSimulatorAlong()
    {
        int child;
        await using (var up = StartUp())
        {
            await SiteAsync(up);
            child = ChildOf(up.Id);
            up.Signal("KILL");
            await up.ExitAsync(_cancellationToken);
        }

        await Until.TrueAsync(() => Task.FromResult(!IsAlive(child)), TimeSpan.FromSeconds(10), () => "The simulator outlives its parent.", _cancellationToken);
    }

    [Fact]
    public async Task Up_AgainWithAnotherNumberAndInterval_ChangesToThemAndKeepsThemAfterwards()
    {
        await RunUpToStatusAsync(status => status.Tracked == 200 && status.Interval == 2, "--influencers", "200", "--interval", "2s");
        await RunUpToStatusAsync(status => status.Tracked == 50 && status.Interval == 3, "--influencers", "50", "--interval", "3s");
        await RunUpToStatusAsync(status => status.Tracked == 50 && status.Interval == 3);
    }

    [Fact]
    public async Task Seeder_AloneAndConfiguredOtherwise_GoesByWhatTheDirectoryAgreedOn()
    {
        await RunUpToStatusAsync(status => status.Interval == 2, "--influencers", "50", "--interval", "2s");

        await using (var seeder = ProgramProcess.Start("seeder", "--data", _temp.Path, "--set", "Seeding:ShardSize=7", "--set", "Seeding:Interval=5s"))
        {
            await seeder.LineAsync("the deployment agreed on 2 s and 500", _cancellationToken);
            // Stopped while it still starts, it has not done what it was asked for.
            await seeder.LineAsync("runs; health on", _cancellationToken);
            seeder.Signal("TERM");
            (await seeder.ExitAsync(_cancellationToken)).ShouldBe(0, seeder.Output);
        }

        await using var serve = ProgramProcess.Start("serve", "--data", _temp.Path, "--listen", "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = await SiteAsync(serve) };
        var client = new InfluencerAnalyticsClient(http);
        var pipeline = await client.GetPipelineAsync(_cancellationToken);
        (pipeline.Interval, pipeline.Generation).ShouldBe((2, 1));
    }

    private async Task RunUpToStatusAsync(Func<PipelineResponse, bool> expected, params string[] more)
    {
        await using var up = ProgramProcess.Start(["up", "--data", _temp.Path, "--listen", "http://127.0.0.1:0", .. more]);
        using var http = new HttpClient { BaseAddress = await SiteAsync(up) };
        var client = new InfluencerAnalyticsClient(http);
        await Until.TrueAsync(
            async () => expected(await client.GetPipelineAsync(_cancellationToken)), TimeSpan.FromSeconds(30), () => up.Output, _cancellationToken);
        up.Signal("TERM");
        (await up.ExitAsync(_cancellationToken)).ShouldBe(0, up.Output);
    }

    private ProgramProcess StartUp(params string[] more) =>
        ProgramProcess.Start(["up", "--data", _temp.Path, "--listen", "http://127.0.0.1:0", "--influencers", "100", "--interval", "1s", .. more]);

    private async Task<Uri> SiteAsync(ProgramProcess up) => new((await up.LineAsync("Listening on ", _cancellationToken)).Split(' ')[2]);

    private async Task<long> FetchedAsync(InfluencerAnalyticsClient client) => (await client.GetPipelineAsync(_cancellationToken)).Fetch.Total;

    private async Task<bool> HasDataAsync(InfluencerAnalyticsClient client) =>
        (await client.GetInfluencerAnalyticsAsync(1000001, ReadingRange.LastDay, _cancellationToken)).Data.Count > 0;

    private static int ChildOf(int parent)
    {
        using var pgrep = Process.Start(new ProcessStartInfo("ps", ["-o", "pid=", "--ppid", parent.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        return int.Parse(pgrep.StandardOutput.ReadToEnd().Split('\n')[0], CultureInfo.InvariantCulture);
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
