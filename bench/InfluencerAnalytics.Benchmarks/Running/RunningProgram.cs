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

    public static async Task<RunningProgram> StartAsync(int influencers, int intervalSeconds, CancellationToken cancellationToken, params string[] more)
    {
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-").FullName;
        var count = influencers.ToString(CultureInfo.InvariantCulture);
        var simulator = ServerProcess.Start(Assembly, "simulate", "--port", "0", "--count", count);
        var provider = await simulator.ReadAddressAsync("listening on", cancellationToken);
        var program = ServerProcess.Start(Assembly, ["up", "--influencers", count, "--interval", $"{intervalSeconds}s",
            "--provider", provider.AbsoluteUri, "--listen", "http://127.0.0.1:0", "--data", directory, "--no-live", .. more]);
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
