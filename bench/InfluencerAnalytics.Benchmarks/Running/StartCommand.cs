using System.CommandLine;
using System.Diagnostics;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>From the start of the built executable to the first data point served.</summary>
internal static class StartCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Runs = new("--runs") { Description = "Starts, each on a fresh directory.", DefaultValueFactory = _ => 5 };

    public static Command Create()
    {
        var command = new Command("start", "From the start of the built executable to the first data point served.") { Influencers, Runs };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), parsed.GetValue(Runs), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int runs, CancellationToken cancellationToken)
    {
        var seconds = new List<double>();
        for (var i = 0; i < runs; i++)
            seconds.Add(await StartAsync(influencers, cancellationToken));
        Table.Print(("from start to the first data point served, median / worst", $"{Rate.Median(seconds):F2} s / {seconds[^1]:F2} s"));
    }

    private static async Task<double> StartAsync(int influencers, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-").FullName;
        var clock = Stopwatch.StartNew();
        await using (var program = ServerProcess.Start("influencer-analytics.dll", "up", "--influencers", $"{influencers}",
            "--listen", "http://127.0.0.1:0", "--data", directory, "--no-live"))
        {
            using var client = new PipelineClient(await program.ReadAddressAsync("listening on", cancellationToken));
            // Not by slots: those first visited in the middle of one are not counted in it.
            while (await client.StoredAsync(cancellationToken) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
            await client.WaitForAsync("/api/v1/influencers/1000000/timeline?resolution=raw", TimeSpan.FromSeconds(5), cancellationToken);
        }
        var elapsed = clock.Elapsed.TotalSeconds;
        Directory.Delete(directory, recursive: true);
        return elapsed;
    }
}
