using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>Everything of one hour out of the store, in one pass and influencer by influencer.</summary>
internal static class ExportCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "Each with 60 readings.", DefaultValueFactory = _ => 200_000 };

    public static Command Create()
    {
        var command = new Command("export", "Rows a second out of the embedded store: all points and roll-ups in one pass, beside influencer by influencer.") { Influencers };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, CancellationToken cancellationToken)
    {
        using var hour = new StoredHour(influencers);
        await hour.FillAsync(cancellationToken);
        var store = hour.Database.Store;
        var end = hour.Start + 3_600_000;
        // The first one only warms up.
        _ = await MeasureAsync(store.ReadAllPointsAsync(hour.Start, hour.Start + 60_000, cancellationToken));
        var points = await MeasureAsync(store.ReadAllPointsAsync(hour.Start, end, cancellationToken));
        var single = await MeasureAsync(OneByOneAsync(store, Math.Min(influencers, 50_000), hour.Start, end, cancellationToken));
        var minute = await MeasureAsync(store.ReadAllPointsAsync(hour.Start, hour.Start, cancellationToken));
        var computed = await MeasureAsync(store.ReadAllRollupsAsync(RollupPeriod.Hour, hour.Start, end, cancellationToken));
        hour.Time.Advance(TimeSpan.FromMinutes(64));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        hour.Database.Work.RollUp();
        var rolledUp = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        var stored = await MeasureAsync(store.ReadAllRollupsAsync(RollupPeriod.Hour, hour.Start, end, cancellationToken));
        Table.Print(
            ("all points of one hour, in one pass", Show(points)),
            ("the same, influencer by influencer", $"{Show(single)}; {points.Rate / single.Rate:F1} times as long a row"),
            ("one minute of all, out of an hour", Show(minute)),
            ("CPU of rolling the hour up, alone", $"{rolledUp:F2} s, {rolledUp * 1e6 / (influencers * 60d):F2} µs a point"),
            ("roll-ups of the hour, computed from points", Show(computed)),
            ("roll-ups of the hour, stored", Show(stored)));
    }

    private static async IAsyncEnumerable<InfluencerAnalytics.Influencers.DataPoint> OneByOneAsync(
        IInfluencerStore store, int influencers, long start, long end, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var id = 1_000_000; id < 1_000_000 + influencers; id++)
        {
            foreach (var point in await store.ReadPointsAsync(id, start, end, int.MaxValue, cancellationToken))
                yield return point;
        }
    }

    private static string Show((long Rows, double Rate, double Cpu) figures) =>
        $"{figures.Rows:N0} rows at {figures.Rate:N0} rows/s, {figures.Cpu * 1e6 / Math.Max(1, figures.Rows):F2} µs of CPU each";

    private static async Task<(long Rows, double Rate, double Cpu)> MeasureAsync<T>(IAsyncEnumerable<T> items)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var rows = 0L;
        await foreach (var _ in items)
            rows++;
        return (rows, rows / clock.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
    }
}
