using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Embedded;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.Ranking;

/// <summary>Loading the leaderboard from the embedded store, at rest and while a backlog is stored as fast as it goes.</summary>
internal static class LoadCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 3_000_000 };

    public static Command Create()
    {
        var command = new Command("load-ranks", "Loads the leaderboard from the embedded store, at rest and beside appends without a pause.") { Influencers };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, CancellationToken cancellationToken)
    {
        using var hour = new StoredHour(influencers);
        await AppendSlotAsync(hour, 0, cancellationToken);
        var rest = await LoadAsync(hour, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var appended = 0L;
        var appending = Task.Run(async () =>
        {
            for (var slot = 1; slot < 60 && !stop.IsCancellationRequested; slot++)
            {
                for (var shard = 0; shard < hour.Shards && !stop.IsCancellationRequested; shard += 10)
                    appended += await AppendAsync(hour, slot, shard, CancellationToken.None);
            }
        }, CancellationToken.None);
        var before = Interlocked.Read(ref appended);
        var busy = await LoadAsync(hour, cancellationToken);
        var meanwhile = Interlocked.Read(ref appended) - before;
        await stop.CancelAsync();
        await appending;
        Table.Print(
            ("influencers", $"{influencers:N0}"),
            ("leaderboard loaded, at rest", $"{rest:F2} s"),
            ("leaderboard loaded, beside appends without a pause", $"{busy:F2} s, with {meanwhile / busy:N0} points/s stored meanwhile"));
    }

    private static async Task<double> LoadAsync(StoredHour hour, CancellationToken cancellationToken)
    {
        using var follower = new LeaderboardFollower(
            new InfluencerLeaderboard(TimeProvider.System), hour.Database.Store, new LeaderboardOptions(), new WorkerHealth(TimeProvider.System), TimeProvider.System, NullLogger<LeaderboardFollower>.Instance);
        var clock = Stopwatch.StartNew();
        await Task.Run(async () => await follower.RoundAsync(cancellationToken), cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task AppendSlotAsync(StoredHour hour, int slot, CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < hour.Shards; shard += 10)
            await AppendAsync(hour, slot, shard, cancellationToken);
    }

    private static async Task<long> AppendAsync(StoredHour hour, int slot, int shard, CancellationToken cancellationToken)
    {
        var batches = Enumerable.Range(shard, Math.Min(10, hour.Shards - shard)).Select(one => hour.Next(one, hour.Start + slot * 60_000L)).ToList();
        return (await hour.Database.Store.AppendAsync(batches, cancellationToken)).Inserted;
    }
}
