using System.Globalization;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>The program with a simulator beside it, both as processes of their own, on a data directory of its own.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private const string Assembly = "influencer-analytics.dll";

    private readonly string _directory;

    private RunningProgram(ServerProcess simulator, ServerProcess program, PipelineClient client, Uri address, string directory)
    {
        (Simulator, Program, Client, Address, _directory) = (simulator, program, client, address, directory);
    }

    public ServerProcess Simulator { get; }

    public ServerProcess Program { get; }

    public PipelineClient Client { get; }

    public Uri Address { get; }

    public static Task<RunningProgram> StartAsync(int influencers, int intervalSeconds, CancellationToken cancellationToken) =>
        StartAsync(influencers, intervalSeconds, withPast: 0, [], cancellationToken);

    /// <param name="influencers">Fetched once an interval.</param>
    /// <param name="intervalSeconds">The resolution.</param>
    /// <param name="withPast">How many of them have a day of readings already.</param>
    /// <param name="settings">Of the program, each as KEY=VALUE.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <param name="simulatorArguments">More of the simulator's.</param>
    public static async Task<RunningProgram> StartAsync(
        int influencers, int intervalSeconds, int withPast, IReadOnlyList<string> settings, CancellationToken cancellationToken, params string[] simulatorArguments)
    {
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-").FullName;
        if (withPast > 0)
            await ServerProcess.RunAsync(Assembly, cancellationToken, "simulate", "history", "--days", "1", "--influencers", withPast.ToString(CultureInfo.InvariantCulture), "--data", directory);
        var count = influencers.ToString(CultureInfo.InvariantCulture);
        var simulator = ServerProcess.Start(Assembly, ["simulate", "--port", "0", "--count", count, .. simulatorArguments]);
        var provider = await simulator.ReadAddressAsync("listening on", cancellationToken);
        var program = ServerProcess.Start(Assembly, ["up", "--influencers", count, "--interval", $"{intervalSeconds}s",
            "--provider", provider.AbsoluteUri, "--listen", "http://127.0.0.1:0", "--data", directory, "--accept-provider", "--no-live", .. settings.SelectMany(static setting => (string[])["--set", setting])]);
        var address = await program.ReadAddressAsync("listening on", cancellationToken);
        var client = new PipelineClient(address);
        await client.WaitForAsync("/health/live", TimeSpan.FromSeconds(30), cancellationToken);
        return new RunningProgram(simulator, program, client, address, directory);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Program.DisposeAsync();
        await Simulator.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
