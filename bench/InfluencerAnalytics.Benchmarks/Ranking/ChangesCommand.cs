using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Embedded;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.Ranking;

/// <summary>Reading what changes over a day are told from, one hour of all out of a whole week, and the appends beside it.</summary>
internal static class ChangesCommand
{
    private const long HourMs = 3_600_000;
    private const int HoursOfAWeek = 168;

    private static readonly Option<int> Influencers = new("--influencers") { Description = "Each with the roll-ups of a week.", DefaultValueFactory = _ => 200_000 };

    public static Command Create()
    {
        var command = new Command("changes", "Reads one hour of all influencers out of a week of roll-ups, as each hour for a day and a week ago, beside appends of 500 points.") { Influencers };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, CancellationToken cancellationToken)
    {
        using var hour = new StoredHour(influencers);
        for (var shard = 0; shard < hour.Shards; shard++)
            await hour.Database.Store.AppendAsync([hour.Next(shard, hour.Start)], cancellationToken);
        await ImportAsync(hour, cancellationToken);
        var leaderboard = new InfluencerLeaderboard(TimeProvider.System);
        using var follower = new LeaderboardFollower(
            leaderboard, hour.Database.Store, new LeaderboardOptions(), new WorkerHealth(TimeProvider.System), TimeProvider.System, NullLogger<LeaderboardFollower>.Instance);
        await follower.RoundAsync(cancellationToken);
        var hours = new HourBases(leaderboard, new FollowerAnchors(), hour.Database.Store, hour.Database.Store, TimeProvider.System, static () => { });

        var alone = await AppendAsync(hour, 1, Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, cancellationToken), cancellationToken);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var reading = Task.Run(async () =>
        {
            var read = await hours.ReadAsync(ChangeWindow.Day, hour.Start - 24 * HourMs, TimeSpan.FromMinutes(1), cancellationToken);
            return (Read: read!, Seconds: clock.Elapsed.TotalSeconds, Cpu: (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
        }, cancellationToken);
        var beside = await AppendAsync(hour, 30, reading, cancellationToken);
        var (known, seconds, used) = await reading;
        Table.Print(
            ("influencers, roll-ups of the week", $"{influencers:N0}, {(long)influencers * HoursOfAWeek:N0}"),
            ("one hour of all read, at rest as long as at work", $"{seconds:F2} s, {known.Followers.Count:N0} influencers"),
            ("CPU of the process meanwhile, the appends included", $"{used:F2} s, {used * 1e6 / influencers:F1} µs an influencer"),
            ("append of 500 points, p50 / p99, alone", $"{alone.P50:F2} ms / {alone.P99:F2} ms"),
            ("append of 500 points, p50 / p99, beside it", $"{beside.P50:F2} ms / {beside.P99:F2} ms"));
    }

    private static async Task ImportAsync(StoredHour hour, CancellationToken cancellationToken)
    {
        var random = new Random(3);
        var rollups = new List<Rollup>(100 * HoursOfAWeek);
        for (var first = 0; first < hour.Influencers; first += 100)
        {
            rollups.Clear();
            for (var i = first; i < Math.Min(first + 100, hour.Influencers); i++)
            {
                for (var back = HoursOfAWeek; back > 0; back--)
                {
                    var followers = RollupColumn.Of(random.NextInt64(5000, 500_000)).Add(random.NextInt64(5000, 500_000));
                    rollups.Add(new Rollup(1_000_000 + i, RollupPeriod.Hour, hour.Start - back * HourMs, 60, followers, RollupColumn.Of(1000)));
                }
            }
            await hour.Database.Store.ImportRollupsAsync(rollups, cancellationToken);
        }
    }

    // On their grid, from a slot on, until something is over.
    private static async Task<(double P50, double P99)> AppendAsync(StoredHour hour, int firstSlot, Task until, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        var pause = TimeSpan.FromMinutes(1) / hour.Shards;
        var clock = Stopwatch.StartNew();
        for (var i = 0; !until.IsCompleted || times.Count < 100; i++)
        {
            if (pause * i - clock.Elapsed is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System, cancellationToken);
            var batch = hour.Next(i % hour.Shards, hour.Start + (firstSlot + i / hour.Shards) * 60_000L);
            var started = Stopwatch.GetTimestamp();
            await hour.Database.Store.AppendAsync([batch], cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        return (times[times.Count / 2], times[(int)((times.Count - 1) * 0.99)]);
    }
}
