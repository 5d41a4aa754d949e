using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Scale;

/// <summary>What several processes of a role bring beside one.</summary>
internal static class ScaleCommand
{
    // Starting, filling the roster and stopping; a run that takes longer hangs.
    private static readonly TimeSpan Besides = TimeSpan.FromMinutes(10);

    private static readonly Option<string> Connection = new("--connection")
    {
        Description = "A PostgreSQL server that is running, as a user that may create databases. The benchmark makes a database of its own there and drops it.",
        Required = true,
    };

    private static readonly Option<int> Influencers = new("--influencers") { Description = "More than the fetchers can fetch in an interval under their limits.", DefaultValueFactory = _ => 1_200_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 60 };
    private static readonly Option<int> Latency = new("--latency") { Description = "Of the simulator, in milliseconds.", DefaultValueFactory = _ => 100 };
    private static readonly Option<int[]> Fetchers = new("--fetchers") { Description = "How many at once, one after the other.", DefaultValueFactory = _ => [1, 4], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Limit = new("--limit") { Description = "Requests a second of each fetcher, in the first pass.", DefaultValueFactory = _ => 4000 };
    private static readonly Option<int> Ingesters = new("--ingesters") { Description = "How many.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Settle = new("--settle") { Description = "Seconds from a change to the measuring.", DefaultValueFactory = _ => 45 };
    private static readonly Option<int> Window = new("--window") { Description = "Seconds measured.", DefaultValueFactory = _ => 60 };

    public static Command Create()
    {
        var command = new Command("scale", "Readings a second with one fetcher and with several, on SQS (fauxqs) and PostgreSQL; calls of SQS; CPU of each role.")
        {
            Connection, Influencers, Interval, Latency, Fetchers, Limit, Ingesters, Settle, Window,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new ScaleOptions(
                parsed.GetValue(Connection)!, parsed.GetValue(Influencers), parsed.GetValue(Interval), parsed.GetValue(Latency), [.. parsed.GetValue(Fetchers)!.Order()], parsed.GetValue(Limit),
                parsed.GetValue(Ingesters), TimeSpan.FromSeconds(parsed.GetValue(Settle)), TimeSpan.FromSeconds(parsed.GetValue(Window)));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Besides + (options.Settle + options.Window) * 2 * options.Fetchers.Length);
            return await new ScaleBenchmark(options).RunAsync(parsed.InvocationConfiguration.Output, limit.Token);
        });
        return command;
    }
}
