using System.CommandLine;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Tables;

/// <summary>The table of a row an influencer beside those of the framework: building, finding, memory.</summary>
internal static class TablesCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> Rounds = new("--rounds") { Description = "How often each has its turn.", DefaultValueFactory = _ => 9 };

    public static Command Create()
    {
        var command = new Command("tables", "From id to row: the program's own table, Dictionary and FrozenDictionary, with rows of 64 bytes, in turns, by processor time.") { Influencers, Rounds };
        command.SetAction(parsed => Run(parsed.GetValue(Influencers), parsed.GetValue(Rounds)));
        return command;
    }

    private static void Run(int count, int rounds)
    {
        // Ids as they come, one after the other; looked up at random and in shards of 500 from all over the roster.
        var ids = Enumerable.Range(0, count).Select(i => 1_000_000L + i).ToArray();
        var random = new Random(7);
        var scattered = ids.ToArray();
        random.Shuffle(scattered);
        var starts = Enumerable.Range(0, Math.Max(1, count / 500)).Select(i => i * 500).ToArray();
        random.Shuffle(starts);
        var shards = starts.SelectMany(start => ids.Skip(start).Take(500)).ToArray();

        Func<ITable>[] kinds = [() => new OwnTable(), () => new DictionaryOfPlaces(), () => new DictionaryOfRows(), () => new FrozenTable()];
        var turns = kinds.Select(_ => new List<Turn>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            // Another one first in each round: who comes first works in memory that the last one let go of.
            for (var at = 0; at < kinds.Length; at++)
            {
                var i = (round + 1 + at) % kinds.Length;
                var turn = Measure(kinds[i], ids, scattered, shards);
                // The first is for the compiler.
                if (round >= 0)
                    turns[i].Add(turn);
            }
        }
        Table.Print([.. kinds.Select((kind, i) => (kind().Name, $"built in {Median(turns[i], turn => turn.AddNs):N0} ns a row; found in {Median(turns[i], turn => turn.RandomNs):N0} ns at random, "
            + $"{Median(turns[i], turn => turn.ShardNs):N0} ns in shards; {Median(turns[i], turn => turn.Bytes) - OwnTable.RowBytes:N1} B a row beside the row, {Median(turns[i], turn => turn.Garbage):N1} B a row left over from growing"))]);
    }

    private static Turn Measure(Func<ITable> make, long[] ids, long[] scattered, long[] shards)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = ThreadTime.Nanoseconds;
        var table = make();
        table.Build(ids);
        var add = (ThreadTime.Nanoseconds - started) / ids.Length;
        double bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        double kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        var random = Find(table, scattered);
        var shard = Find(table, shards);
        GC.KeepAlive(table);
        return new Turn(add, random, shard, kept / ids.Length, (bytes - kept) / ids.Length);
    }

    private static double Find(ITable table, long[] ids)
    {
        var started = ThreadTime.Nanoseconds;
        if (table.Sum(ids) == 0)
            throw new InvalidOperationException("Nobody was found.");
        return (ThreadTime.Nanoseconds - started) / ids.Length;
    }

    private static double Median(List<Turn> turns, Func<Turn, double> of) => Rate.Median([.. turns.Select(of)]);

    private readonly record struct Turn(double AddNs, double RandomNs, double ShardNs, double Bytes, double Garbage);
}
