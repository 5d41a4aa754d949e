using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Benchmarks.Embedded;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Bindings;

/// <summary>RocksDB by the program's own bindings and by those of the package: opening, memory, rows a second.</summary>
internal static class BindingsCommand
{
    private const string OpenName = "bindings-open";
    private const string Own = "own bindings";
    private const string Package = "the package's";

    private static readonly Option<int> Runs = new("--runs") { Description = "Processes of each side that open a database.", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> Slots = new("--slots") { Description = "Rows of each of 100,000 influencers, in turns.", DefaultValueFactory = _ => 20 };
    private static readonly Argument<string> Side = new("side");

    public static Command Create()
    {
        var command = new Command("bindings", "RocksDB by the program's own bindings and by the package's: opening, memory, rows a second.") { Runs, Slots };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Runs), parsed.GetValue(Slots), cancellationToken));
        return command;
    }

    public static Command CreateOpen()
    {
        var command = new Command(OpenName, "Opens a database and says what that took; started by 'bindings' as a process of its own.") { Side };
        command.Hidden = true;
        command.SetAction(parsed => In(directory => MeasureOpen(parsed.GetRequiredValue(Side), directory)));
        return command;
    }

    private static async Task RunAsync(int runs, int slots, CancellationToken cancellationToken)
    {
        string[] sides = [Own, Package];
        var opened = sides.ToDictionary(side => side, _ => new List<(double Ms, double Mb)>());
        for (var run = 0; run < runs; run++)
        {
            foreach (var side in sides)
            {
                var words = (await ServerProcess.ReadAsync("InfluencerAnalytics.Benchmarks.dll", cancellationToken, OpenName, side)).Split(' ');
                opened[side].Add((double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture)));
            }
        }
        var turns = sides.ToDictionary(side => side, _ => new List<double>());
        In(directory => MeasureWrites(directory, slots, turns));
        Table.Print([.. sides.Select(side => (side,
            $"opened in {Rate.Median([.. opened[side].Select(figure => figure.Ms)]):N0} ms, {Rate.Median([.. opened[side].Select(figure => figure.Mb)]):F1} MB of resident memory; "
            + $"{Rate.Median([.. turns[side]]):N0} ns of CPU a row, {Rate.Median([.. turns[Package].Zip(turns[side], (package, own) => own / package)]):F2} of the package's"))]);
    }

    // From before the first touch of the bindings to the first row written.
    private static void MeasureOpen(string side, string directory)
    {
        var batch = new RandomWalk(1).Next(0, 60_000);
        var before = Environment.WorkingSet;
        var clock = Stopwatch.StartNew();
        using var database = Open(side, directory);
        database.Write(batch);
        var took = clock.Elapsed;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:F0} {(Environment.WorkingSet - before) / 1e6:F1}"));
    }

    // In turns of one batch, so that what else the machine does hits all: the nanoseconds of CPU a row of each.
    private static void MeasureWrites(string directory, int slots, Dictionary<string, List<double>> turns)
    {
        var databases = turns.Keys.Select(side => (Side: side, Database: Open(side, Path.Combine(directory, side)))).ToArray();
        var walk = new RandomWalk(100_000);
        for (var i = 0; i < slots; i++)
        {
            for (var shard = 0; shard < walk.Shards; shard++)
            {
                var batch = walk.Next(shard, i * 60_000L);
                foreach (var (side, database) in databases)
                {
                    var started = ThreadTime.Nanoseconds;
                    database.Write(batch);
                    turns[side].Add((ThreadTime.Nanoseconds - started) / batch.Points.Count);
                }
            }
        }
        foreach (var (_, database) in databases)
            database.Dispose();
    }

    private static IRocksSide Open(string side, string path) => side == Own ? new OwnSide(path) : new PackageSide(path);

    private static void In(Action<string> action)
    {
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-bindings-");
        try
        {
            action(directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
