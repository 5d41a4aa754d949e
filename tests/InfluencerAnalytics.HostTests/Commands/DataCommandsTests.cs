using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Commands;

/// <summary>The commands that work on data: against a running <c>up</c>, and on a directory that none uses.</summary>
public sealed class DataCommandsTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_temp.Path, "data");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Seed_NoneRuns_WritesToTheDirectoryAndIsIdempotent()
    {
        (await RunAsync("seed", "1000000+250")).ShouldBe((0, "250 ids: 250 added, 0 tracked before."));
        (await RunAsync("seed", "1000000-1000299")).ShouldBe((0, "300 ids: 50 added, 250 tracked before."));
    }

    [Fact]
    public async Task Seed_UpRuns_GoesOverHttpAndIsIdempotent()
    {
        await using var up = await StartUpAsync();
        var file = _temp.File("ids.txt", "1500001\n# a comment\n1500002\n1500002\n");

        (await RunAsync("seed", file)).ShouldBe((0, "2 ids: 2 added, 0 tracked before. 1 were given twice."));
        (await RunAsync("seed", file)).ShouldBe((0, "2 ids: 0 added, 2 tracked before. 1 were given twice."));
        var (code, output) = await RunAsync("status");
        code.ShouldBe(0, output);
        output.ShouldContain("102 tracked");
    }

    [Fact]
    public async Task Roster_ServeRuns_AddsRemovesAndLists()
    {
        await using var serve = ProgramProcess.Start("serve", "--data", Data, "--listen", "http://127.0.0.1:0");
        await serve.LineAsync("Listening on ", _cancellationToken);
        var file = _temp.File("ids.txt", "1500001\n# a comment\n1500002-1500005\n");

        (await RunAsync("roster", "add", $"@{file}", "1500003", "1600000+2")).ShouldBe((0, "7 ids: 7 added, 0 tracked before."));
        (await RunAsync("roster", "add", "1500001")).ShouldBe((0, "1 ids: 0 added, 1 tracked before."));
        var (code, output) = await RunAsync("roster", "add", $"@{_temp.File("bad.txt", "1500009\nnonsense\n")}", "what");
        code.ShouldBe(2, output);
        output.ShouldContain("bad.txt, line 2: 'nonsense'");
        output.ShouldContain("'what' is not an id");
        foreach (var verb in (string[])["add", "remove"])
        {
            foreach (var source in (string[])["", $"@{_temp.File("none.txt", "# nobody\n")}"])
            {
                (code, output) = await RunAsync("roster", verb, source);
                code.ShouldBe(2, output);
                output.ShouldContain("No id is named");
            }
        }
        (await RunAsync("roster", "remove", "1500002-1500004")).ShouldBe((0, "3 ids: 3 are not tracked any more."));
        (code, output) = await RunAsync("roster", "remove", "1500002", "1999999");
        code.ShouldBe(1, output);
        output.ShouldContain("Of 1 nothing is known.");

        (await RunAsync("roster", "list", "--format", "ids")).ShouldBe((0, "1500001\n1500005\n1600000\n1600001"));
        (await RunAsync("roster", "list", "--format", "ids", "--status", "removed")).ShouldBe((0, "1500002\n1500003\n1500004"));
        (code, output) = await RunAsync("roster", "list", "--query", "1500001", "--format", "csv");
        output.ShouldStartWith("id,username,status,since,lastError,lastErrorAt,followerCount,slot\n1500001,,\"tracked\",\"");
        (code, output) = await RunAsync("roster", "list", "--query", "1500001");
        output.ShouldContain("1500001           tracked   ");
        (code, output) = await RunAsync("roster", "list", "--query", "1500001", "--format", "json");
        output.ShouldStartWith("""{"id":1500001,"username":null,"status":"tracked",""");
        code.ShouldBe(0);
    }

    [Fact]
    public async Task Roster_NoneRuns_ExitsWith6()
    {
        foreach (var arguments in (string[][])[["roster", "add", "1"], ["roster", "remove", "1"], ["roster", "list"]])
        {
            var (code, output) = await RunAsync([.. arguments, "--url", "http://127.0.0.1:1"]);
            code.ShouldBe(6, output);
        }
    }

    [Fact]
    public async Task Seed_GarbageLeftOut_TracksTheRestAndSaysHowMany()
    {
        var file = _temp.File("ids.txt", "1000001\nnonsense\n");

        var (code, output) = await RunAsync("seed", file, "--skip-invalid");

        code.ShouldBe(0, output);
        output.ShouldContain("line 2: 'nonsense'");
        output.ShouldContain("1 ids: 1 added, 0 tracked before. 1 lines were left out.");
    }

    [Fact]
    public async Task DeadLetters_NoneThere_SaysSo()
    {
        await using var up = await StartUpAsync();

        (await RunAsync("dead-letters", "list")).ShouldBe((0, "There are no dead letters."));
        (await RunAsync("dead-letters", "replay", "--all")).ShouldBe((0, "0 replayed."));
        var (code, output) = await RunAsync("dead-letters", "drop", "nonsense");
        code.ShouldBe(1, output);
    }

    [Fact]
    public async Task History_ThenServe_TheWrittenPastIsExported()
    {
        var (code, output) = await RunAsync("simulate", "history", "--days", "20", "--influencers", "3", "--interval", "5m");
        code.ShouldBe(0, output);
        output.ShouldContain("3 influencers over 20 days");

        await using var serve = ProgramProcess.Start("serve", "--data", Data, "--listen", "http://127.0.0.1:0");
        await serve.LineAsync("Listening on ", _cancellationToken);
        var file = Path.Combine(_temp.Path, "days.csv");
        var start = TimeProvider.System.GetUtcNow().AddDays(-30).ToString("O", CultureInfo.InvariantCulture);
        (code, output) = await RunAsync("export", "1000001", "--resolution", "1d", "--start", start, "--output", file);

        code.ShouldBe(0, output);
        var lines = await File.ReadAllLinesAsync(file, _cancellationToken);
        lines.Length.ShouldBeInRange(1 + 20, 1 + 21);
        (code, output) = await RunAsync("export", "--all", "--start", TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        code.ShouldBe(0, output);
        output.Split('\n').Count(line => line.StartsWith("100000", StringComparison.Ordinal)).ShouldBeInRange(3 * 11, 3 * 12);
    }

    [Fact]
    public async Task Export_TwoIntoOneFile_NeitherOverwritesTheOther()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        var (code, output) = await RunAsync("simulate", "history", "--days", "1", "--influencers", "2", "--interval", "1h");
        code.ShouldBe(0, output);
        await using var serve = ProgramProcess.Start("serve", "--data", Data, "--listen", "http://127.0.0.1:0");
        await serve.LineAsync("Listening on ", _cancellationToken);
        var file = Path.Combine(_temp.Path, "two.csv");
        var program = Path.Combine(AppContext.BaseDirectory, "influencer-analytics");
        var start = TimeProvider.System.GetUtcNow().AddDays(-2).ToString("O", CultureInfo.InvariantCulture);
        const string Script = "(\"$0\" export 1000000 --start \"$3\" --data \"$1\"; \"$0\" export 1000001 --start \"$3\" --data \"$1\"; echo end) > \"$2\"";
        using var shell = Process.Start("sh", ["-c", Script, program, Data, file, start]);
        await shell.WaitForExitAsync(_cancellationToken);

        var lines = await File.ReadAllLinesAsync(file, _cancellationToken);
        lines.Count(line => line.StartsWith("1000000,", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
        lines.Count(line => line.StartsWith("1000001,", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
        lines[^1].ShouldBe("end");
    }

    [Fact]
    public async Task Export_WrongInput_ExitsWith2AndSaysWhatIsWrong()
    {
        await using var serve = ProgramProcess.Start("serve", "--data", Data, "--listen", "http://127.0.0.1:0");
        await serve.LineAsync("Listening on ", _cancellationToken);

        foreach (var (arguments, problem) in ((string[], string)[])[
            (["--start=-1x"], "answered 400: Bad start: start '-1x'"),
            (["--resolution", "1s"], "answered 400: Bad resolution: "),
            (["--start", "2026-11-22", "--end", "2026-11-21"], "answered 400: Bad range: ")])
        {
            foreach (var whom in (string[])["--all", "1000001"])
            {
                var (code, output) = await RunAsync(["export", whom, .. arguments]);
                code.ShouldBe(2, output);
                output.ShouldContain(problem);
            }
        }
    }

    [Fact]
    public async Task Export_ServerDiesInTheMiddle_FailsAndLeavesNoFile()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var file = Path.Combine(_temp.Path, "all.csv");
        var export = ProgramProcess.RunAsync(["export", "--all", "--output", file, "--data", Data, "--url", $"http://{listener.LocalEndpoint}"], _cancellationToken);

        using (var client = await listener.AcceptTcpClientAsync(_cancellationToken))
        {
            var stream = client.GetStream();
            await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: _cancellationToken);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/csv\r\n\r\n5\r\na,b,c\r\n"u8.ToArray(), _cancellationToken);
        }
        var (code, output) = await export;

        code.ShouldBe(1, output);
        output.ShouldContain("broke off");
        Directory.GetFiles(_temp.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Roles_Alone_SayWhatTheyCanAndCannotDo()
    {
        await using var ingest = ProgramProcess.Start("ingest", "--data", Data);

        (await ingest.LineAsync("Embedded storage", _cancellationToken)).ShouldContain("no new ones come");
        await ingest.LineAsync("ingest runs", _cancellationToken);
        ingest.Signal("INT");
        (await ingest.ExitAsync(_cancellationToken)).ShouldBe(0, ingest.Output);
    }

    private async Task<ProgramProcess> StartUpAsync()
    {
        var up = ProgramProcess.Start("up", "--data", Data, "--listen", "http://127.0.0.1:0", "--influencers", "100", "--interval", "5s");
        await up.LineAsync("Listening on ", _cancellationToken);
        return up;
    }

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) =>
        ProgramProcess.RunAsync([.. arguments, "--data", Data], _cancellationToken);
}
