using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Faults;

/// <summary>What partial faults cost: good answers a second beside those of the same provider without them, or beside its limit.</summary>
internal static class FaultsCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "Of the rows beside the baseline.", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "To measure for each row, besides 20 s to settle.", DefaultValueFactory = _ => 60 };
    private static readonly Option<string[]> Only = new("--only") { Description = "Only these rows, by name.", AllowMultipleArgumentsPerToken = true };

    public static Command Create()
    {
        var command = new Command("faults", "Good answers a second, refusals, coverage and the limit in flight, over providers of which something is wrong.") { Influencers, Interval, Seconds, Only };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            [.. FaultScenario.All(parsed.GetValue(Influencers), parsed.GetValue(Interval), parsed.GetValue(Seconds))], parsed.GetValue(Only) ?? [], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<FaultScenario> scenarios, string[] only, CancellationToken cancellationToken)
    {
        if (only.Except(scenarios.Select(scenario => scenario.Name)).ToArray() is { Length: > 0 } unknown)
        {
            await Console.Error.WriteLineAsync($"--only: there is no row {string.Join(", ", unknown)}. There are {string.Join(", ", scenarios.Select(scenario => scenario.Name))}.");
            return 2;
        }
        double? baseline = null;
        Console.WriteLine("| name | provider | good/s | of what it was willing to give | refused | coverage (full slots) | limit p50 / p95 |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var scenario in scenarios.Where(scenario => only.Length == 0 || only.Contains(scenario.Name)))
        {
            var wanted = (double)scenario.Influencers / scenario.Interval;
            var figures = await new FaultRow(scenario).RunAsync(scenario.IsBesideBaseline ? baseline ?? wanted : wanted, cancellationToken);
            if (scenario.Name == "baseline")
                baseline = figures.GoodPerSecond;
            var coverage = figures.Slots == 0 ? "-" : $"{figures.Coverage:P2} ({figures.Slots})";
            Console.WriteLine($"| {scenario.Name} | {scenario.What} | {figures.GoodPerSecond:N0} | {figures.Share:F2} | {figures.Refused:P1} | {coverage} | {figures.LimitP50:N0} / {figures.LimitP95:N0} |");
        }
        return 0;
    }
}
