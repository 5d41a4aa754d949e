using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Benchmarks.Storage;

namespace InfluencerAnalytics.Benchmarks.WholeProgram;

/// <summary>A roster for some slots in a row: coverage of each, CPU, peak memory.</summary>
internal static class MillionCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 60 };
    private static readonly Option<int> Slots = new("--slots") { Description = "Full slots in a row, after the first.", DefaultValueFactory = _ => 10 };

    private static readonly Option<string?> Connection = new("--connection")
    {
        Description = "A PostgreSQL server that is running, as a user that may create databases: the store is a database of its own there, dropped at the end. Without it the store is embedded.",
    };

    private static readonly Option<bool> Sqs = new("--sqs") { Description = "Queues on SQS (fauxqs, started for it). Without it they are embedded." };
    private static readonly Option<int> Reads = new("--reads") { Description = "Requests a second that the API is asked meanwhile, of all kinds; 0 for none.", DefaultValueFactory = _ => 0 };
    private static readonly Option<string[]> Set = new("--set") { Description = "A setting of the program, KEY=VALUE. May be given several times.", DefaultValueFactory = _ => [] };

    public static Command Create()
    {
        var command = new Command("million", "A million influencers at 60 s, simulator on the same machine: coverage, CPU, memory.") { Influencers, Interval, Slots, Connection, Sqs, Reads, Set };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var storage = await OwnStorage.StartAsync(parsed.GetValue(Connection), parsed.GetValue(Sqs), parsed.InvocationConfiguration.Output, cancellationToken);
            await RunAsync(parsed.GetValue(Influencers), parsed.GetValue(Interval), parsed.GetValue(Slots), storage.Queues, parsed.GetValue(Reads), parsed.GetValue(Set)!, cancellationToken);
        });
        return command;
    }

    private static async Task RunAsync(int influencers, int interval, int slots, SqsServer? queues, int reads, string[] settings, CancellationToken cancellationToken)
    {
        await using var running = await RunningProgram.StartAsync(influencers, interval, 0, settings, cancellationToken);
        var started = TimeProvider.System.GetUtcNow();
        // The first slot that began after the start is the first full one; the roster is in the store by the one after it.
        var first = Ceiling(started, interval).AddSeconds(interval);
        await UntilAsync(first, cancellationToken);
        var clock = Stopwatch.StartNew();
        var (programBefore, simulatorBefore) = (running.Program.CpuTime, running.Simulator.CpuTime);
        var storedBefore = await running.Client.StoredAsync(cancellationToken);
        var machine = MachineTime.Now();
        var callsBefore = await MetricsPage.ReadAsync(running.Address, cancellationToken);
        var asked = reads == 0 ? Task.FromResult<(string, string)[]>([]) : ReadMix.RunAsync(running.Address, influencers, reads, TimeSpan.FromSeconds(interval * (slots + 1)), cancellationToken);
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
        var busy = MachineTime.Now().BusySince(machine);
        var calls = await MetricsPage.ReadAsync(running.Address, cancellationToken);
        Table.Print(
            ("influencers, interval", $"{influencers:N0}, {interval} s"),
            ("full slots; least coverage", $"{seen.Count}; {seen.Min(slot => slot.Coverage):P4}"),
            ("CPU of the program, per reading fetched and stored", $"{program.TotalMicroseconds / stored:F1} µs"),
            ("CPU of the program / of the simulator, of all cores", $"{program / wall / cores:P1} / {simulator / wall / cores:P1}"),
            ("machine busy, everything on it", $"{busy:P1}"),
            ("left idle by these two", $"{1 - (program + simulator) / wall / cores:P1}"),
            ("resident memory of the program, peak / now", $"{running.Program.PeakResidentBytes / 1e6:N0} MB / {running.Program.ResidentBytes / 1e6:N0} MB"));
        if (await asked is { Length: > 0 } answers)
            Table.Print(answers);
        if (queues is not null)
        {
            Table.Print(
                ("calls of SQS for a million readings", $"{PerMillion("sqs_calls"):N0}"),
                ("billed units for a million readings", $"{PerMillion("sqs_billed_units"):N0}"));
        }

        double PerMillion(string counter) => (calls.Sum(counter) - callsBefore.Sum(counter)) * 1e6 / stored;
    }

    private static DateTimeOffset Ceiling(DateTimeOffset time, int seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((time.ToUnixTimeSeconds() / seconds + 1) * seconds);

    private static Task UntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var left = moment - TimeProvider.System.GetUtcNow();
        return left > TimeSpan.Zero ? Task.Delay(left, TimeProvider.System, cancellationToken) : Task.CompletedTask;
    }
}
