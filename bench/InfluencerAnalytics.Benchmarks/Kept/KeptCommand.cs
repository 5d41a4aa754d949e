using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Kept;

/// <summary>What keeping a data point in PostgreSQL costs, and reading one influencer's day back.</summary>
internal static class KeptCommand
{
    private static readonly Option<string> Connection = new("--connection")
    {
        Description = "A server that is running, as a user that may create databases: \"Host=127.0.0.1;Port=5432;Username=postgres\". The benchmark makes a database of its own there and drops it.",
        Required = true,
    };

    private static readonly Option<int> Influencers = new("--influencers") { Description = "A reading a minute of each.", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<int> Hours = new("--hours") { Description = "That have passed; 24 of them are read.", DefaultValueFactory = _ => 25 };

    public static Command Create()
    {
        var command = new Command("kept", "Bytes a data point in the PostgreSQL store, compressed where TimescaleDB is, and how long reading 24 h of one influencer takes.") { Connection, Influencers, Hours };
        command.SetAction((parsed, cancellationToken) => new KeptBenchmark(parsed.GetValue(Connection)!, parsed.GetValue(Influencers), parsed.GetValue(Hours))
            .RunAsync(parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }
}
