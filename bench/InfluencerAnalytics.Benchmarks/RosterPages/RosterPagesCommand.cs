using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.RosterPages;

/// <summary>How long a page of the roster takes, by what is looked for.</summary>
internal static class RosterPagesCommand
{
    private static readonly Option<string?> Connection = new("--connection")
    {
        Description = "A PostgreSQL server that is running, as a user that may create databases; the benchmark makes a database of its own there and drops it. Left out it is the embedded store.",
    };

    private static readonly Option<int> Influencers = new("--influencers") { Description = "On the roster.", DefaultValueFactory = _ => 1_000_000 };

    public static Command Create()
    {
        var command = new Command("roster-pages", "Milliseconds for a page of 100 of the roster: by id, by username, by how they stand.") { Connection, Influencers };
        command.SetAction((parsed, cancellationToken) => new RosterPagesBenchmark(parsed.GetValue(Influencers)).RunAsync(parsed.GetValue(Connection), cancellationToken));
        return command;
    }
}
