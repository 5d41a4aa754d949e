using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Away;

/// <summary>The store away for a while, and how fast what has waited is stored when it is back.</summary>
internal static class AwayCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 100_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 60 };
    private static readonly Option<double> Minutes = new("--minutes") { Description = "PostgreSQL is away.", DefaultValueFactory = _ => 10 };
    private static readonly Option<bool> Sqs = new("--sqs") { Description = "Queues on SQS (fauxqs, started for it). Without it they are embedded." };
    private static readonly Option<string> Programs = new("--postgres-bin") { Description = "The directory of initdb and postgres.", DefaultValueFactory = _ => "/usr/lib/postgresql/15/bin" };
    private static readonly Option<string[]> Set = new("--set") { Description = "A setting of the program, KEY=VALUE. May be given several times.", DefaultValueFactory = _ => [] };

    public static Command Create()
    {
        var command = new Command("away", "PostgreSQL away for some minutes (a server of the benchmark's own): what is lost, and how fast the backlog drains while fetching goes on.")
        {
            Influencers, Interval, Minutes, Sqs, Programs, Set,
        };
        command.SetAction((parsed, cancellationToken) => new AwayBenchmark(
            parsed.GetValue(Influencers), parsed.GetValue(Interval), TimeSpan.FromMinutes(parsed.GetValue(Minutes)), parsed.GetValue(Set)!)
            .RunAsync(parsed.GetValue(Programs)!, parsed.GetValue(Sqs), parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }
}
