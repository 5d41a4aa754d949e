using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>The embedded store's append beside the bare RocksDB loop, and bytes a point.</summary>
internal static class AppendCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "In shards of 500, each a message.", DefaultValueFactory = _ => 200_000 };
    private static readonly Option<int> Slots = new("--slots") { Description = "Readings of each.", DefaultValueFactory = _ => 60 };

    public static Command Create()
    {
        var command = new Command("append", "Rows a second into the embedded store beside the bare RocksDB loop; bytes a point once compacted.") { Influencers, Slots };
        command.SetAction((parsed, _) =>
            EmbeddedAppendBenchmark.RunAsync(parsed.InvocationConfiguration.Output, parsed.GetValue(Influencers), parsed.GetValue(Slots)));
        return command;
    }
}
