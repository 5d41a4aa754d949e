using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Sink;

/// <summary>The PostgreSQL store's append beside raw COPY.</summary>
internal static class SinkCommand
{
    private static readonly Option<string> Connection = new("--connection")
    {
        Description = "A server that is running, as a user that may create databases: \"Host=127.0.0.1;Port=5432;Username=postgres\". The benchmark makes a database of its own there and drops it.",
        Required = true,
    };

    private static readonly Option<int> Influencers = new("--influencers") { Description = "In shards of 500, each a message.", DefaultValueFactory = _ => 200_000 };
    private static readonly Option<int> Slots = new("--slots") { Description = "Readings of each.", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> Shards = new("--shards") { Description = "Messages an append, as an ingester with a backlog gathers them.", DefaultValueFactory = _ => 40 };
    private static readonly Option<int> Rounds = new("--rounds") { Description = "Each side in turns; the medians count.", DefaultValueFactory = _ => 3 };

    public static Command Create()
    {
        var command = new Command("sink", "Rows a second into the PostgreSQL store, with all that it keeps, beside raw COPY into the same table.") { Connection, Influencers, Slots, Shards, Rounds };
        command.SetAction((parsed, cancellationToken) => new SinkBenchmark(
            parsed.GetValue(Connection)!, parsed.GetValue(Influencers), parsed.GetValue(Slots), parsed.GetValue(Shards), parsed.GetValue(Rounds))
            .RunAsync(parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }
}
