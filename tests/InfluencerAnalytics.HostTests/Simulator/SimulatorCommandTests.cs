using System.CommandLine;
using System.Diagnostics;
using Mockstagram.Simulator;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class SimulatorCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Parse_EveryOption_IsUnderstood() =>
        Parse("--host 0.0.0.0 --port 0 --first-id 5 --count 6 --seed -7 --walk lifelike --latency 20ms --suspicion-delay uniform:1s:2s "
            + "--fault 503=5% reset=0.01 --fault all=0.1% --sticky silent=1% --limit 2000/s --capacity 64:20ms:256 --retry-after 2s --drip-duration 1m --ledger 10 --exit-with-parent")
            .Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("--port x")]
    [InlineData("--walk up")]
    [InlineData("--latency 3")]
    [InlineData("--fault 503")]
    [InlineData("--fault 503=101%")]
    [InlineData("--fault 503=-1")]
    [InlineData("--fault earthquake=1%")]
    [InlineData("--sticky often=1%")]
    [InlineData("--limit 2000")]
    [InlineData("--capacity 64")]
    [InlineData("--retry-after soon")]
    [InlineData("--range 1..2")]
    public void Parse_BadValue_IsAnError(string arguments) => Parse(arguments).Errors.ShouldNotBeEmpty();

    [Fact]
    public async Task Invoke_OptionsOutOfRange_NamesThemAllAndFails()
    {
        var error = new StringWriter();
        var code = await Parse("--port 70000 --count 0 --fault 503=60% reset=60%")
            .InvokeAsync(new InvocationConfiguration { Error = error }, Cancel);
        code.ShouldBe(2);
        foreach (var name in new[] { "--port", "--count", "--fault" })
            error.ToString().ShouldContain(name);
    }

    [Fact]
    public async Task Process_StandardInputEnds_Exits()
    {
        using var process = Start("--port 0 --count 10 --exit-with-parent --ledger 5", redirectInput: true);
        var address = await ReadAddressAsync(process);
        using var client = new HttpClient { BaseAddress = address };
        (await client.GetStringAsync("/api/v1/influencers/1000000", Cancel)).ShouldContain("influencer-1000000");
        process.HasExited.ShouldBeFalse();
        process.StandardInput.Close();
        await ShouldExitAsync(process, 0);
    }

    [Fact]
    public async Task Process_PortInUse_SaysSoAndExitsWith4()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var process = Start($"--port {simulator.Server.Address.Port}", redirectInput: false);
        var error = await process.StandardError.ReadToEndAsync(Cancel);
        await ShouldExitAsync(process, 4);
        error.ShouldContain("--port");
        error.ShouldNotContain("   at ");
    }

    private static ParseResult Parse(string arguments) =>
        SimulatorCommand.Create("simulate").Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static Process Start(string arguments, bool redirectInput) => Process.Start(new ProcessStartInfo
    {
        FileName = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
        Arguments = $"\"{typeof(SimulatorServer).Assembly.Location}\" {arguments}",
        RedirectStandardInput = redirectInput,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<Uri> ReadAddressAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync(Cancel);
        line.ShouldNotBeNull().ShouldStartWith("Mockstagram simulator listening on http://127.0.0.1:");
        return new Uri(line[(line.LastIndexOf(' ') + 1)..]);
    }

    private static async Task ShouldExitAsync(Process process, int code)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        process.ExitCode.ShouldBe(code);
    }
}
