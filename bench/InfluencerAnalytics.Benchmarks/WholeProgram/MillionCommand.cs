using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.WholeProgram;

/// <summary>A roster for some slots in a row: coverage of each, CPU, peak memory.</summary>
internal static class MillionCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 60 };
    private static readonly Option<int> Slots = new("--slots") { Description = "Full slots in a row, after the first.", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("million", "A million influencers at 60 s, simulator on the same machine: coverage, CPU, memory.") { Influencers, Interval, Slots };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Influencers), parsed.GetValue(Interval), parsed.GetValue(Slots), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int interval, int slots, CancellationToken cancellationToken)
    {
        await using var running = await RunningProgram.StartAsync(influencers, interval, cancellationToken);
        var started = TimeProvider.System.GetUtcNow();
        // The first slot that began after the start is the first full one; the roster is in the store by the one after it.
        var first = Ceiling(started, interval).AddSeconds(interval);
        await UntilAsync(first, cancellationToken);
        var clock = Stopwatch.StartNew();
        var (programBefore, simulatorBefore) = (running.Program.CpuTime, running.Simulator.CpuTime);
        var storedBefore = await running.Client.StoredAsync(cancellationToken);
        var seen = new List<SlotFigures>();
        for (var i = 0; i < slots; i++)
        {
            // A slot is final two intervals after its start.
            var start = first.AddSeconds(interval * i);
            await UntilAsync(start.AddSeconds(2 * interval), cancellationToken);
            var slot = (await running.Client.SlotsAsync(cancellationToken)).Single(shown => shown.Slot == start);
            Console.WriteLine($"slot {slot.Slot:HH:mm:ss}: {slot.Stored:N0} of {slot.Tracked:N0}, coverage {slot.Coverage:P4}");
            seen.Add(slot);
        }
        var wall = clock.Elapsed;
        var (program, simulator) = (running.Program.CpuTime - programBefore, running.Simulator.CpuTime - simulatorBefore);
        var stored = await running.Client.StoredAsync(cancellationToken) - storedBefore;
        var cores = Environment.ProcessorCount;
        Table.Print(
            ("influencers, interval", $"{influencers:N0}, {interval} s"),
            ("full slots; least coverage", $"{seen.Count}; {seen.Min(slot => slot.Coverage):P4}"),
            ("CPU of the program, per reading fetched and stored", $"{program.TotalMicroseconds / stored:F1} µs"),
            ("CPU of the program / of the simulator, of all cores", $"{program / wall / cores:P1} / {simulator / wall / cores:P1}"),
            ("idle of these two", $"{1 - (program + simulator) / wall / cores:P1}"),
            ("resident memory of the program, peak / now", $"{running.Program.PeakResidentBytes / 1e6:N0} MB / {running.Program.ResidentBytes / 1e6:N0} MB"));
    }

    private static DateTimeOffset Ceiling(DateTimeOffset time, int seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((time.ToUnixTimeSeconds() / seconds + 1) * seconds);

    private static Task UntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var left = moment - TimeProvider.System.GetUtcNow();
        return left > TimeSpan.Zero ? Task.Delay(left, TimeProvider.System, cancellationToken) : Task.CompletedTask;
    }
}
