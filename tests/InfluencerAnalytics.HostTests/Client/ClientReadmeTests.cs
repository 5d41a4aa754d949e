using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using InfluencerAnalytics.HostTests.Api;
using InfluencerAnalytics.HostTests.Deployment;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Client;

/// <summary>The client as others get it: its README, whose examples are those of <see cref="ClientExamples"/>, and its package.</summary>
public sealed partial class ClientReadmeTests : IDisposable
{
    private static readonly string Project = Path.Combine(DeployFiles.Root, "src", "InfluencerAnalytics.Client");

    private readonly TempDirectory _temp = new();
    private readonly StringWriter _output = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void Examples_InTheReadme_AreThoseThatRun()
    {
        var readme = File.ReadAllText(Path.Combine(Project, "README.md"));
        var source = File.ReadAllText(Path.Combine(DeployFiles.Root, "tests", "InfluencerAnalytics.HostTests", "Client", "ClientExamples.cs"));
        var shown = ReadmeExample().Matches(readme).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["code"].Value.Trim());
        var run = SourceExample().Matches(source).ToDictionary(match => match.Groups["name"].Value, match => Outdent().Replace(match.Groups["code"].Value, "").Trim());
        shown.Count.ShouldBe(Fences().Count(readme) / 2, "each block of code is an example by name");
        shown.ShouldBe(run);
    }

    [Fact]
    public void Connect_AsShown_GoesWhereUpListens() => ClientExamples.Connect().Port.ShouldBe(8080);

    [Fact]
    public async Task Read_AsShown_SaysWhatIsKnown()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1000001);
            await storage.AddAsync(1000001, ApiHost.Slot, 100, 10);
        });
        await ClientExamples.ReadAsync(host.Typed, _output, Token);
        Lines().ShouldBe(["influencer-1000001: 100 followers, rank 1 of 1,  in 24 h", "2026-11-23 15:00:00Z 100"]);
    }

    [Fact]
    public async Task Track_AsShown_TracksAndLists()
    {
        await using var host = await ApiHost.StartAsync();
        await ClientExamples.TrackAsync(host.Typed, _output, Token);
        Lines().ShouldBe(["3 are new, 0 were tracked already.", "1000001 (not read yet) tracked", "1000002 (not read yet) tracked", "1000003 (not read yet) tracked"]);
    }

    [Fact]
    public async Task Export_AsShown_IsAFileOfRows()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, ApiHost.Slot, 100, 10));
        var path = Path.Combine(_temp.Path, "hour.csv");
        await ClientExamples.ExportAsync(host.Typed, path, Token);
        (await File.ReadAllLinesAsync(path, Token)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Stream_AsShown_WritesReadings()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1000001);
            await storage.AddAsync(1000001, ApiHost.Slot, 100, 10);
        });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var streaming = ClientExamples.StreamAsync(host.Typed, TextWriter.Synchronized(_output), cancel.Token);
        await Until.TrueAsync(() => Task.FromResult(_output.ToString().Contains('\n')), TimeSpan.FromSeconds(30), () => "Nothing came.", Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => streaming);
        Lines().ShouldBe(["2026-11-23T15:04:00Z 1000001 100"]);
    }

    [Fact]
    public async Task Errors_AsShown_AreToldApart()
    {
        await using var host = await ApiHost.StartAsync();
        await ClientExamples.FailAsync(host.Typed, 7, _output, Token);
        host.Store.Away = "It is being moved.";
        await ClientExamples.FailAsync(host.Typed, 7, _output, Token);
        var lines = Lines();
        lines[0].ShouldContain("Nothing is known of influencer 7");
        lines[1].ShouldBe("Not now (It is being moved.): again in 5 s.");
    }

    [Fact]
    public async Task Pack_Project_HasReadmeDocumentationAndNoDependency()
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        var start = new ProcessStartInfo("dotnet", ["pack", Project, "--no-build", "--configuration", configuration, "--output", _temp.Path, "-nodeReuse:false"]);
        start.RedirectStandardOutput = true;
        using var pack = Process.Start(start)!;
        var said = await pack.StandardOutput.ReadToEndAsync(Token);
        await pack.WaitForExitAsync(Token);
        pack.ExitCode.ShouldBe(0, said);

        using var package = await ZipFile.OpenReadAsync(Directory.EnumerateFiles(_temp.Path, "InfluencerAnalytics.Client.*.nupkg").Single(), Token);
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        foreach (var file in (string[])["README.md", "lib/net10.0/InfluencerAnalytics.Client.dll", "lib/net10.0/InfluencerAnalytics.Client.xml"])
            files.ShouldContain(file);
        using var specification = new StreamReader(await package.GetEntry("InfluencerAnalytics.Client.nuspec")!.OpenAsync(Token));
        (await specification.ReadToEndAsync(Token)).ShouldNotContain("<dependency ");
    }

    private string[] Lines() => _output.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n');

    [GeneratedRegex("<!-- example: (?<name>\\w+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ReadmeExample();

    [GeneratedRegex("// example: (?<name>\\w+)\n(?<code>.*?)// end", RegexOptions.Singleline)]
    private static partial Regex SourceExample();

    [GeneratedRegex("^        ", RegexOptions.Multiline)]
    private static partial Regex Outdent();

    [GeneratedRegex("^```", RegexOptions.Multiline)]
    private static partial Regex Fences();
}
