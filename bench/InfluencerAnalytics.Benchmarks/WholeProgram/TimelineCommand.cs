using System.CommandLine;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.WholeProgram;

/// <summary>The timeline of one hour over HTTP, and the ranks beside the health check, while the pipeline runs.</summary>
internal static class TimelineCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many are fetched meanwhile.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Connections = new("--connections") { Description = "Requests in flight.", DefaultValueFactory = _ => 50 };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "For each path.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Limit = new("--rate") { Description = "Requests a second to stay at; 0 for as many as go.", DefaultValueFactory = _ => 0 };

    public static Command Create()
    {
        var command = new Command("timeline", "Requests a second and latencies of the timeline, the rank and the health check.") { Influencers, Connections, Seconds, Limit };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Influencers), parsed.GetValue(Connections), parsed.GetValue(Seconds), parsed.GetValue(Limit), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int connections, int seconds, int limit, CancellationToken cancellationToken)
    {
        // The hour that is asked for ended before the start, so that all 60 of its points are there.
        var end = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60 - 60;
        var withPast = Math.Min(influencers, 1000);
        await using var running = await RunningProgram.StartAsync(influencers, 60, withPast, [], cancellationToken);
        await running.Client.WaitForAsync("/api/v1/influencers/1000000/rank", TimeSpan.FromSeconds(90), cancellationToken);
        var rows = new List<(string, string)>();
        foreach (var (name, path) in new[]
        {
            ("timeline, one hour, 60 points", $"/api/v1/influencers/{{0}}/timeline?resolution=raw&start={end - 3540}&end={end}"),
            ("rank", "/api/v1/influencers/{0}/rank"),
            ("summary (average)", "/api/v1/summary"),
            ("health check", "/health/live"),
        })
        {
            using var load = new HttpLoad(running.Address, path, withPast, connections, limit);
            await load.RunAsync(TimeSpan.FromSeconds(2), cancellationToken);
            var result = await load.RunAsync(TimeSpan.FromSeconds(seconds), cancellationToken);
            rows.Add((name, $"{result.PerSecond:N0}/s, p50 {result.P50:F1} ms, p99 {result.P99:F1} ms, {result.Failed} failed"));
        }
        Table.Print([.. rows]);
    }
}
