using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.FetchLoop;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.WholeProgram;

/// <summary>How many readings a second the whole pipeline carries when there are more than it can, beside the bare fetch loop.</summary>
internal static class ThroughputCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "More than can be fetched in an interval.", DefaultValueFactory = _ => 600_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "To measure, five at a time.", DefaultValueFactory = _ => 40 };

    public static Command Create()
    {
        var command = new Command("throughput", "Readings fetched, queued, stored and ranked per second under overload, and its ratio to the bare fetch loop.") { Influencers, Interval, Seconds };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Influencers), parsed.GetValue(Interval), parsed.GetValue(Seconds), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int interval, int seconds, CancellationToken cancellationToken)
    {
        var before = await BareAsync(cancellationToken);
        double stored;
        await using (var running = await RunningProgram.StartAsync(influencers, interval, cancellationToken))
        {
            // Past the start, with its just-in-time compiling and the climb of the concurrency.
            await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, cancellationToken);
            var rates = new List<double>();
            for (var i = 0; i < seconds / 5; i++)
            {
                var clock = Stopwatch.StartNew();
                var storedBefore = await running.Client.StoredAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
                rates.Add((await running.Client.StoredAsync(cancellationToken) - storedBefore) / clock.Elapsed.TotalSeconds);
            }
            stored = Rate.Median(rates);
        }
        var after = await BareAsync(cancellationToken);
        var bare = (before + after) / 2;
        Table.Print(
            ("bare fetch loop, before / after", $"{before:N0}/s / {after:N0}/s"),
            ("whole pipeline, embedded, readings stored (median of 5 s)", $"{stored:N0}/s"),
            ("ratio", $"{stored / bare:F2}"));
    }

    private static async Task<double> BareAsync(CancellationToken cancellationToken)
    {
        await using var server = ServerProcess.Start("InfluencerAnalytics.Benchmarks.dll", MinimalServer.CommandName);
        var address = await server.ReadAddressAsync("listening on", cancellationToken);
        return await FetchLoopCommand.MeasureBareAsync(address, 64, 8, cancellationToken);
    }
}
