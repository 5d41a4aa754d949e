using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>Precision and recall of the detector of bought followers, on the simulator's lifelike walk and beyond it, and what it costs.</summary>
internal static class SuspicionPrecisionCommand
{
    /// <summary>For so many accounts of the lifelike walk one of Mockstagram's own.</summary>
    private const int WildPart = 10;

    private static readonly int[] BoughtMinutes = [5, 15, 30, 60, 180, 1440];
    private static readonly double[] BoughtShares = [0.005, 0.01, 0.02, 0.04, 0.08];
    private static readonly int[] SpikeMinutes = [30, 60, 120, 180, 360];
    private static readonly double[] SpikeShares = [0.02, 0.08, 0.3];

    private static readonly Option<int> Accounts = new("--accounts") { Description = "How many accounts of each seed.", DefaultValueFactory = _ => 5_000 };
    private static readonly Option<int> Days = new("--days") { Description = "How many days of each.", DefaultValueFactory = _ => 45 };
    private static readonly Option<long[]> Seeds = new("--seed") { Description = "Seeds of the walk.", DefaultValueFactory = _ => [1], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> PlantedAccounts = new("--planted") { Description = "How many accounts of each seed get deliveries and posts that the walk does not have.", DefaultValueFactory = _ => 400 };
    private static readonly Option<bool> Show = new("--show") { Description = "Say each mistake that was made with all readings." };
    private static readonly Option<int> TimedAccounts = new("--timed") { Description = "How many accounts are timed.", DefaultValueFactory = _ => 200 };

    public static Command Create()
    {
        var command = new Command("suspicion-precision", "Which bought followers of the lifelike walk are found, what is called bought that is not, and what it costs.") { Accounts, Days, Seeds, PlantedAccounts, TimedAccounts, Show };
        command.SetAction((parsed, cancellationToken) =>
        {
            var seeds = parsed.GetRequiredValue(Seeds);
            var mistakes = PrintPrecision(seeds, parsed.GetValue(Accounts), parsed.GetValue(Days), cancellationToken);
            if (parsed.GetValue(Show))
                mistakes.ForEach(Console.WriteLine);
            PrintPlanted(seeds, parsed.GetValue(PlantedAccounts), cancellationToken);
            PrintCosts(seeds[0], parsed.GetValue(TimedAccounts), parsed.GetValue(Days));
            return Task.FromResult(0);
        });
        return command;
    }

    private static List<string> PrintPrecision(long[] seeds, int accounts, int days, CancellationToken cancellationToken)
    {
        const string Head = "| {0} | bought | found | false alarms | precision | recall | F1 |\n| --- | --- | --- | --- | --- | --- | --- |";
        var benchmark = new PrecisionBenchmark(accounts, days);
        foreach (var seed in seeds)
        {
            benchmark.Run(seed, cancellationToken);
            benchmark.RunWild(seed, accounts / WildPart, cancellationToken);
        }
        Console.WriteLine($"seeds {string.Join(", ", seeds)}, {accounts:N0} accounts of each, {days} days");
        Console.WriteLine(Head, "readings");
        Console.WriteLine($"| all | {benchmark.Whole.All} |");
        Console.WriteLine($"| 2% lost | {benchmark.SomeLost.All} |");
        Console.WriteLine($"| outages of 2 to 10 h, one every 5 days | {benchmark.Outages.All} |");
        Console.WriteLine();
        foreach (var (name, tally) in new[] { ("all readings", benchmark.Whole), ("outages", benchmark.Outages) })
        {
            Console.WriteLine(Head, name);
            foreach (var (part, figures) in tally.Parts)
                Console.WriteLine($"| {part} | {figures} |");
            Console.WriteLine();
        }
        Console.WriteLine($"posts that went round: {benchmark.Whole.Spikes:N0}, called bought: {benchmark.Whole.SpikesCalledBought:N0}");
        Console.WriteLine($"accounts of Mockstagram's own walk: {benchmark.Wild:N0}, called suspicious on any day: {benchmark.WildCalled:N0}; hours whose minutes were opened: {100 * benchmark.WildOpenedShare:0.000}%");
        Console.WriteLine($"hours whose minutes were opened: {100.0 * benchmark.Whole.Opened / benchmark.Whole.Folded:0.000}% of {benchmark.Whole.Folded:N0}");
        Console.WriteLine();
        return benchmark.Whole.Mistakes;
    }

    private static void PrintPlanted(long[] seeds, int accounts, CancellationToken cancellationToken)
    {
        var planted = BoughtShares.SelectMany(static share => BoughtMinutes.Select(minutes => new Planted(share, minutes, IsBought: true)))
            .Concat(SpikeShares.SelectMany(static share => SpikeMinutes.Select(minutes => new Planted(share, minutes, IsBought: false)))).ToList();
        var benchmark = new PlantedBenchmark(accounts);
        foreach (var seed in seeds)
            benchmark.Run(seed, planted, cancellationToken);
        Console.WriteLine($"planted on {benchmark.Accounts:N0} accounts each; the share that was called suspicious");
        PrintGrid("bought, at an even pace over", BoughtMinutes, BoughtShares, isBought: true, benchmark);
        PrintGrid("a post goes round, time constant", SpikeMinutes, SpikeShares, isBought: false, benchmark);
    }

    private static void PrintGrid(string what, int[] minutes, double[] shares, bool isBought, PlantedBenchmark benchmark)
    {
        Console.WriteLine($"| {what} | {string.Join(" | ", minutes.Select(static time => time < 60 ? $"{time} min" : $"{time / 60} h"))} |");
        Console.WriteLine($"| --- |{string.Concat(minutes.Select(static _ => " --- |"))}");
        foreach (var share in shares)
            Console.WriteLine($"| +{100 * share:0.#}% | {string.Join(" | ", minutes.Select(time => $"{benchmark.CalledShare(new Planted(share, time, isBought)):0.000}"))} |");
        Console.WriteLine();
    }

    private static void PrintCosts(long seed, int accounts, int days)
    {
        var timing = new FoldTiming();
        timing.Run(seed, accounts, days);
        Running.Table.Print(
            ("an hour of an influencer folded", $"{timing.FoldNs:N0} ns"),
            ("the same, read from bytes and written again", $"{timing.WithFormatNs:N0} ns"),
            ("an hour of a wild walk (Mockstagram's own) folded", $"{timing.WildFoldNs:N0} ns"),
            ("an opinion", $"{timing.OpinionNs:N0} ns"),
            ("bytes stored, mean / greatest", $"{timing.MeanLength:N0} / {timing.GreatestLength:N0}"),
            ("bytes in memory", $"{timing.HeapBytes:N0}"));
    }
}
