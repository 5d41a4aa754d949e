using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Benchmarks.Ranking;

/// <summary>The leaderboard alone: an update, a rank, and its memory, at one and at ten times the influencers.</summary>
internal static class LeaderboardCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "The larger of the two sizes.", DefaultValueFactory = _ => 1_000_000 };

    public static Command Create()
    {
        var command = new Command("leaderboard", "An update and a rank in memory, with a tenth of the influencers and with all, and the memory.") { Influencers };
        command.SetAction(parsed =>
        {
            var count = parsed.GetValue(Influencers);
            var small = Measure(count / 10);
            var large = Measure(count);
            Table.Print(
                ("influencers", $"{count / 10:N0} / {count:N0}"),
                ("update (the count of one influencer changes)", $"{small.UpdateNs:N0} ns / {large.UpdateNs:N0} ns, {large.UpdateNs / small.UpdateNs:F2} times"),
                ("rank of one influencer", $"{small.FindNs:N0} ns / {large.FindNs:N0} ns, {large.FindNs / small.FindNs:F2} times"),
                ("memory", $"{small.Megabytes:F1} MB / {large.Megabytes:F1} MB"));
        });
        return command;
    }

    private static (double UpdateNs, double FindNs, double Megabytes) Measure(int count)
    {
        var random = new Random(7);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var leaderboard = new InfluencerLeaderboard(TimeProvider.System);
        var changes = new LatestPoint[500];
        double ApplyAll(long slot)
        {
            var applying = TimeSpan.Zero;
            for (var at = 0; at < count; at += changes.Length)
            {
                for (var i = 0; i < changes.Length; i++)
                    changes[i] = new LatestPoint(1_000_000 + at + i, random.NextInt64(5000, 500_000), 1000, slot, slot + 5, InfluencerStatus.Tracked);
                var started = Stopwatch.GetTimestamp();
                leaderboard.Apply(changes);
                applying += Stopwatch.GetElapsedTime(started);
            }
            return applying.TotalNanoseconds / count;
        }

        ApplyAll(60_000);
        var rounds = Enumerable.Range(2, 5).Select(round => ApplyAll(round * 60_000L)).ToList();
        var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        var finding = Stopwatch.StartNew();
        for (var i = 0; i < 1_000_000; i++)
            leaderboard.Find(1_000_000 + random.Next(count));
        var find = finding.Elapsed.TotalNanoseconds / 1_000_000;
        GC.KeepAlive(leaderboard);
        return (Rate.Median(rounds), find, megabytes);
    }
}
