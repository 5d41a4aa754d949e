using System.CommandLine;
using InfluencerAnalytics.Benchmarks.FetchLoop;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>How many readings a second the whole pipeline carries when there are more than it can, beside the bare fetch loop.</summary>
internal static class ThroughputCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "More than can be fetched in an interval.", DefaultValueFactory = _ => 600_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Slots = new("--slots") { Description = "Slots to measure, after two.", DefaultValueFactory = _ => 5 };

    public static Command Create()
    {
        var command = new Command("throughput", "Readings fetched, queued, stored and ranked per second under overload, and its ratio to the bare fetch loop.") { Influencers, Interval, Slots };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Influencers), parsed.GetValue(Interval), parsed.GetValue(Slots), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int interval, int slots, CancellationToken cancellationToken)
    {
        var before = await BareAsync(cancellationToken);
        double stored;
        await using (var running = await RunningProgram.StartAsync(influencers, interval, cancellationToken))
        {
            await Task.Delay(TimeSpan.FromSeconds(interval * (slots + 4)), TimeProvider.System, cancellationToken);
            var now = TimeProvider.System.GetUtcNow();
            // Final slots only, the first two left out.
            var final = (await running.Client.SlotsAsync(cancellationToken)).Where(slot => slot.Slot.AddSeconds(2 * interval) <= now).Skip(2).ToList();
            foreach (var slot in final)
                Console.WriteLine($"slot {slot.Slot:HH:mm:ss}: {slot.Stored:N0} of {slot.Tracked:N0}");
            stored = Rate.Median([.. final.Select(slot => (double)slot.Stored / interval)]);
        }
        var after = await BareAsync(cancellationToken);
        var bare = (before + after) / 2;
        Table.Print(
            ("bare fetch loop, before / after", $"{before:N0}/s / {after:N0}/s"),
            ("whole pipeline, embedded, readings stored (median slot)", $"{stored:N0}/s"),
            ("ratio", $"{stored / bare:F2}"));
    }

    private static async Task<double> BareAsync(CancellationToken cancellationToken)
    {
        await using var server = ServerProcess.Start("InfluencerAnalytics.Benchmarks.dll", MinimalServer.CommandName);
        var address = await server.ReadAddressAsync("listening on", cancellationToken);
        return await FetchLoopCommand.MeasureBareAsync(address, 64, 8, cancellationToken);
    }
}
