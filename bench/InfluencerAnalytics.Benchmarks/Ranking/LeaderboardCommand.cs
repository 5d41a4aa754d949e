using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Benchmarks.Ranking;

/// <summary>The leaderboard alone: an update, a rank, pages, the greatest changes, and its memory, at one and at ten times the influencers.</summary>
internal static class LeaderboardCommand
{
    private const int FirstId = 1_000_000;
    private const int PageLength = 100;

    // One in ten, at random.
    private const int SuspiciousOneIn = 10;

    private static readonly Option<int> Influencers = new("--influencers") { Description = "The larger of the two sizes.", DefaultValueFactory = _ => 10_000_000 };

    public static Command Create()
    {
        var command = new Command("leaderboard", "An update, a rank, pages and movers in memory, with a tenth of the influencers and with all, and the memory.") { Influencers };
        command.SetAction(parsed =>
        {
            var count = parsed.GetValue(Influencers);
            var small = Measure(count / 10);
            var large = Measure(count);
            (string, string) Row(string what, Func<Figures, double> figure, string unit) =>
                (what, $"{figure(small):N1} {unit} / {figure(large):N1} {unit}, {figure(large) / figure(small):F2} times");
            Table.Print(
                ("influencers", $"{count / 10:N0} / {count:N0}"),
                Row("update (the count of one influencer changes)", figures => figures.UpdateNs, "ns"),
                Row("rank of one influencer", figures => figures.FindNs, "ns"),
                Row($"page of {PageLength} at a random offset", figures => figures.PageUs, "µs"),
                Row($"page of {PageLength} around a random influencer", figures => figures.AroundUs, "µs"),
                Row($"page of {PageLength} without the suspicious, one in {SuspiciousOneIn}", figures => figures.WithoutUs, "µs"),
                Row("movers of a window, all four lists of 1,000 looked for", figures => figures.MoversMs, "ms"),
                Row("movers of a window, asked again within the second", figures => figures.KeptUs, "µs"),
                Row("memory of the leaderboard, an influencer", figures => figures.Bytes, "B"),
                Row("memory of the nine columns that changes are told from, an influencer", figures => figures.ColumnBytes, "B"));
        });
        return command;
    }

    private static Figures Measure(int count)
    {
        var random = new Random(7);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var leaderboard = new InfluencerLeaderboard(TimeProvider.System);
        ApplyAll(leaderboard, random, count, 1);
        for (var id = 0; id < count; id += SuspiciousOneIn)
            leaderboard.Flag([new SuspicionFlag(FirstId + id + random.Next(SuspiciousOneIn), true, 1)]);
        var updates = Enumerable.Range(2, 5).Select(round => ApplyAll(leaderboard, random, count, round)).ToList();
        leaderboard.CaughtUp();
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count;

        before = GC.GetTotalMemory(forceFullCollection: true);
        var (bases, columns) = TakeColumns(leaderboard, random, count);
        var columnBytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        var (movers, kept) = MeasureMovers(leaderboard, bases);
        var figures = new Figures(
            Rate.Median(updates),
            Time(1_000_000, () => leaderboard.Find(FirstId + random.Next(count))) * 1000,
            Time(20_000, () => leaderboard.ReadPage(random.Next(count - PageLength), PageLength, withoutSuspicious: false)),
            Time(20_000, () => leaderboard.ReadAround(FirstId + random.Next(count), PageLength, withoutSuspicious: false)),
            Time(20_000, () => leaderboard.ReadPage(random.Next(count - count / 5), PageLength, withoutSuspicious: true)),
            movers, kept, bytes, columnBytes);
        GC.KeepAlive(leaderboard);
        GC.KeepAlive(columns);
        return figures;
    }

    /// <summary>Nanoseconds an update.</summary>
    private static double ApplyAll(InfluencerLeaderboard leaderboard, Random random, int count, int round)
    {
        var changes = new LatestPoint[500];
        var slot = round * 60_000L;
        var applying = TimeSpan.Zero;
        for (var at = 0; at < count; at += changes.Length)
        {
            for (var i = 0; i < changes.Length; i++)
                changes[i] = new LatestPoint(FirstId + at + i, random.NextInt64(5000, 500_000), 1000, slot, slot + 5, InfluencerStatus.Tracked);
            var started = Stopwatch.GetTimestamp();
            leaderboard.Apply(changes);
            applying += Stopwatch.GetElapsedTime(started);
        }
        return applying.TotalNanoseconds / count;
    }

    // As a process has them that has run for an hour: seven of the last hour, one of a day and one of a week ago.
    private static (ChangeBases Bases, List<FollowerColumn> Columns) TakeColumns(InfluencerLeaderboard leaderboard, Random random, int count)
    {
        var (anchors, bases) = (new FollowerAnchors(), new ChangeBases());
        var columns = new List<FollowerColumn>();
        for (var i = 0; i < 9; i++)
        {
            var column = new FollowerColumn(anchors);
            for (var place = 0; place < count; place++)
                column.Set(place, random.NextInt64(5000, 500_000));
            columns.Add(column);
        }
        bases.Set(ChangeWindow.Hour, new ChangeBase(0, ChangeWindows.HourMs, columns[0]));
        return (bases, columns);
    }

    private static (double LookedForMs, double KeptUs) MeasureMovers(InfluencerLeaderboard leaderboard, ChangeBases bases)
    {
        var asOf = leaderboard.Summarize().AsOf;
        var from = bases.Find(ChangeWindow.Hour, asOf).Base!;
        var times = Enumerable.Range(0, 7).Select(_ => Time(1, () => MoverLists.Of(leaderboard, from, asOf)) / 1000).ToList();
        var movers = new Movers(leaderboard, bases, TimeProvider.System);
        movers.Read(ChangeWindow.Hour);
        return (Rate.Median(times), Time(100_000, () => movers.Read(ChangeWindow.Hour)));
    }

    /// <summary>Microseconds a call.</summary>
    private static double Time(int times, Action call)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < times; i++)
            call();
        return clock.Elapsed.TotalMicroseconds / times;
    }

    private sealed record Figures(
        double UpdateNs, double FindNs, double PageUs, double AroundUs, double WithoutUs, double MoversMs, double KeptUs, double Bytes, double ColumnBytes);
}
