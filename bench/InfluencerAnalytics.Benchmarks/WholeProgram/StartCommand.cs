using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.WholeProgram;

/// <summary>From the start of the built executable to the first data point served; ready and ranked; and again after <c>kill -9</c>.</summary>
internal static class StartCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Runs = new("--runs") { Description = "Starts, each on a fresh directory.", DefaultValueFactory = _ => 5 };
    private static readonly Option<bool> Kill = new("--kill") { Description = "Kill it once every influencer has a reading, and start it again." };
    private static readonly Option<int> Away = new("--away") { Description = "Seconds from the kill to the start.", DefaultValueFactory = _ => 0 };

    public static Command Create()
    {
        var command = new Command("start", "From the start of the built executable to the first data point served, and to ready and ranked.") { Influencers, Runs, Kill, Away };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Influencers), parsed.GetValue(Runs), parsed.GetValue(Kill), TimeSpan.FromSeconds(parsed.GetValue(Away)), cancellationToken));
        return command;
    }

    /// <summary>A start after <c>kill -9</c> and a while, with everyone's shards overdue.</summary>
    public static Command CreateCatchUp()
    {
        var count = new Option<int>("--influencers") { Description = "How many.", DefaultValueFactory = _ => 3_000_000 };
        var away = new Option<int>("--away") { Description = "Seconds from the kill to the start.", DefaultValueFactory = _ => 30 };
        var command = new Command("catch-up", "From the start after being away to ready and ranked, while all that is overdue is fetched and stored.") { count, away };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(count), 1, true, TimeSpan.FromSeconds(parsed.GetValue(away)), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int runs, bool kill, TimeSpan away, CancellationToken cancellationToken)
    {
        List<Times> fresh = [], again = [];
        for (var i = 0; i < runs; i++)
        {
            var directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-").FullName;
            await using var simulator = ServerProcess.Start("influencer-analytics.dll", "simulate", "--port", "0", "--count", $"{influencers}");
            var provider = await simulator.ReadAddressAsync("listening on", cancellationToken);
            fresh.Add(await StartAsync(influencers, provider, directory, kill, cancellationToken));
            if (kill)
            {
                await Task.Delay(away, TimeProvider.System, cancellationToken);
                again.Add(await StartAsync(influencers, provider, directory, false, cancellationToken));
            }
            Directory.Delete(directory, recursive: true);
        }
        Print($"{influencers:N0} influencers, fresh", fresh);
        if (again.Count > 0)
            Print($"{influencers:N0} influencers, {away.TotalSeconds:F0} s after kill -9", again);
    }

    private static void Print(string what, List<Times> times) => Table.Print(
        ($"{what}: first data point served, median / worst of {times.Count}", Show(times.ConvertAll(time => time.Served))),
        ($"{what}: ready, median / worst", Show(times.ConvertAll(time => time.Ready))),
        ($"{what}: ranked, median / worst", Show(times.ConvertAll(time => time.Ranked))),
        ($"{what}: CPU until then, median / worst", Show(times.ConvertAll(time => time.Cpu))));

    private static string Show(List<double> seconds) => $"{Rate.Median(seconds):F2} s / {seconds.Max():F2} s";

    private static async Task<Times> StartAsync(int influencers, Uri provider, string directory, bool kill, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using var program = ServerProcess.Start("influencer-analytics.dll", "up", "--influencers", $"{influencers}",
            "--provider", provider.AbsoluteUri, "--listen", "http://127.0.0.1:0", "--data", directory, "--no-live");
        using var client = new PipelineClient(await program.ReadAddressAsync("listening on", cancellationToken));
        async Task<double> UntilAsync(string path)
        {
            await client.WaitForAsync(path, TimeSpan.FromMinutes(5), cancellationToken);
            return clock.Elapsed.TotalSeconds;
        }

        async Task<double> UntilServedAsync()
        {
            // Not by slots: those first visited in the middle of one are not counted in it.
            while (await client.StoredAsync(cancellationToken) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            return await UntilAsync("/api/v1/influencers/1000000/timeline?resolution=raw");
        }

        var seconds = await Task.WhenAll(UntilServedAsync(), UntilAsync("/health/ready"), UntilAsync("/api/v1/influencers/1000000/rank"));
        var times = new Times(seconds[0], seconds[1], seconds[2], program.CpuTime.TotalSeconds);
        if (kill)
        {
            while (await client.ReportingAsync(cancellationToken) < influencers)
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
            await program.KillAsync(cancellationToken);
        }
        return times;
    }

    private sealed record Times(double Served, double Ready, double Ranked, double Cpu);
}
