using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.WholeProgram;

/// <summary>By how much the suspicion lane slows the minute lane, at the rate of a million a day: both without and with it, in turn, in one run.</summary>
internal static class SuspicionCommand
{
    // A million a day are 11.6.
    private const int ChecksPerSecond = 12;

    private static readonly Option<int> Influencers = new("--influencers") { Description = "More than can be fetched in an interval.", DefaultValueFactory = _ => 600_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "To measure of each run, five at a time.", DefaultValueFactory = _ => 60 };
    private static readonly Option<int> Pairs = new("--pairs") { Description = "Runs without and with the lane; every other pair begins with it.", DefaultValueFactory = _ => 4 };
    private static readonly Option<string> Delay = new("--delay") { Description = "How long the provider thinks about a check.", DefaultValueFactory = _ => "9s" };

    public static Command Create()
    {
        var command = new Command("suspicion", "Readings a second under overload without and with a million suspicion checks a day: the slowdown.") { Influencers, Interval, Seconds, Pairs, Delay };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (without, with) = (new List<Run>(), new List<Run>());
            for (var pair = 0; pair < parsed.GetValue(Pairs); pair++)
            {
                foreach (var isOn in pair % 2 == 0 ? (bool[])[false, true] : [true, false])
                {
                    var run = await RunAsync(
                        parsed.GetValue(Influencers), parsed.GetValue(Interval), parsed.GetValue(Seconds), parsed.GetValue(Delay)!, isOn, cancellationToken);
                    Console.WriteLine($"{(isOn ? "with" : "without")}: {Rate.Median([.. run.Rates]):N0}/s, {run.MicrosecondsPerReading:F1} µs a reading, {run.ChecksPerSecond:F1} checks/s");
                    (isOn ? with : without).Add(run);
                }
            }
            Print(without, with);
        });
        return command;
    }

    private static async Task<Run> RunAsync(int influencers, int interval, int seconds, string delay, bool isOn, CancellationToken cancellationToken)
    {
        string[] settings = isOn ? [$"Suspicion:MaxPerSecond={ChecksPerSecond}"] : ["Suspicion:Enabled=false"];
        await using var running = await RunningProgram.StartAsync(influencers, interval, 0, settings, cancellationToken, "--suspicion-delay", delay);
        // Past the start, with its just-in-time compiling and the climb of the concurrency.
        await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, cancellationToken);
        var (clock, cpu, first) = (Stopwatch.StartNew(), running.Program.CpuTime, await running.Client.StoredAsync(cancellationToken));
        var checks = (await MetricsPage.ReadAsync(running.Address, cancellationToken)).CountOf("suspicion_check_duration_seconds");
        var rates = new List<double>();
        for (var (i, before, at) = (0, first, clock.Elapsed); i < seconds / 5; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
            var (stored, now) = (await running.Client.StoredAsync(cancellationToken), clock.Elapsed);
            rates.Add((stored - before) / (now - at).TotalSeconds);
            (before, at) = (stored, now);
        }
        var readings = await running.Client.StoredAsync(cancellationToken) - first;
        var checksMade = (await MetricsPage.ReadAsync(running.Address, cancellationToken)).CountOf("suspicion_check_duration_seconds") - checks;
        return new Run(rates, (running.Program.CpuTime - cpu).TotalMicroseconds / readings, checksMade / clock.Elapsed.TotalSeconds);
    }

    private static void Print(List<Run> without, List<Run> with)
    {
        var (alone, beside) = (Rate.Median([.. without.SelectMany(run => run.Rates)]), Rate.Median([.. with.SelectMany(run => run.Rates)]));
        Table.Print(
            ("minute lane alone, readings stored (median of 5 s, all runs)", $"{alone:N0}/s"),
            ("beside the suspicion lane", $"{beside:N0}/s"),
            ("suspicion checks beside it", $"{with.Average(run => run.ChecksPerSecond):F1}/s"),
            ("slowdown", $"{1 - beside / alone:P1}"),
            ("CPU of the program a reading, without / with", $"{without.Average(run => run.MicrosecondsPerReading):F1} µs / {with.Average(run => run.MicrosecondsPerReading):F1} µs"));
    }

    private sealed record Run(IReadOnlyList<double> Rates, double MicrosecondsPerReading, double ChecksPerSecond);
}
