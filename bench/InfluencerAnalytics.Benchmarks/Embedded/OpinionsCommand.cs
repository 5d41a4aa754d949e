using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>Folding hours that are rolled up into our own opinions, alone and while readings keep coming in.</summary>
internal static class OpinionsCommand
{
    private const int RollupsPerCall = 20_000;
    private const long HourMs = 3_600_000;

    private static readonly Option<int> Influencers = new("--influencers") { Description = "Each with a roll-up of every hour.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> Hours = new("--hours") { Description = "Hours of roll-ups that are there already, which are folded first, at once.", DefaultValueFactory = _ => 48 };

    public static Command Create()
    {
        var command = new Command("opinions", "Folds a past, then one hour alone, then one hour at the usual share of time while appends go on at the rate of one reading a minute each.") { Influencers, Hours };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), parsed.GetValue(Hours), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, int hours, CancellationToken cancellationToken)
    {
        using var hour = new StoredHour(influencers);
        await ImportAsync(hour, hours, cancellationToken);
        using var metrics = new WatchingMetrics();
        var past = await FoldAsync(hour, metrics, cancellationToken);
        hour.Time.Advance(TimeSpan.FromMinutes(64));
        hour.Database.Work.RollUp();
        var alone = await FoldAsync(hour, metrics, cancellationToken);
        var bytes = Compact(hour, influencers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var maintenance = hour.Database.RunMaintenanceAsync(stop.Token);
        var without = await EmbeddedLoad.RunAsync(hour, hour.Start + 2 * HourMs, static elapsed => elapsed.TotalSeconds < 15, cancellationToken);
        hour.Time.Advance(TimeSpan.FromHours(1));
        hour.Database.Work.RollUp();
        var with = await WatchAsync(hour, metrics, cancellationToken);
        await stop.CancelAsync();
        await maintenance;
        Table.Print(
            ("influencers, hours of the past", $"{influencers:N0}, {hours}"),
            ("the past folded at once, without pauses: time, CPU of the process, an hour of an influencer", $"{past.Seconds:F1} s, {past.Cpu:F1} s, {past.Cpu / influencers / hours * 1e6:F2} µs"),
            ("one hour folded, without pauses: time, CPU of the process, an influencer", $"{alone.Seconds:F1} s, {alone.Cpu:F1} s, {alone.Cpu / influencers * 1e6:F1} µs"),
            ("kept of an influencer: bytes written each time, bytes on the disk, compacted", $"{bytes.Written:F0}, {bytes.Kept:F0}"),
            ("one hour folded by the worker at a fifth of its time, beside appends (3,600 s)", $"{with.Seconds:F1} s"),
            ("CPU of the process, without / during, of one core", $"{without.Cpu:P0} / {with.Cpu:P0}"),
            ("appends of 500 points meanwhile, asked for / done", $"{influencers / 60 / 500d:F1}/s / {with.Appends / with.Seconds:F1}/s"),
            ("append of 500 points, p50 / p99, without", $"{without.AppendP50:F2} ms / {without.AppendP99:F2} ms"),
            ("append of 500 points, p50 / p99, during", $"{with.AppendP50:F2} ms / {with.AppendP99:F2} ms"));
    }

    // Ordinary hours: a daily rhythm, and a little more or less, so that next to none is looked into. The two that are folded alone come with the past: there are no readings of them.
    private static async Task ImportAsync(StoredHour hour, int hours, CancellationToken cancellationToken)
    {
        var rollups = new List<Rollup>(RollupsPerCall);
        var random = new Random(1);
        for (var at = hour.Start - hours * HourMs; at < hour.Start + 2 * HourMs; at += HourMs)
        {
            for (var i = 0; i < hour.Influencers; i++)
            {
                var size = 5_000 + i * 7919L % 1_000_003;
                var before = (long)(size * (1 + 0.002 * Math.Sin(2 * Math.PI * (at / HourMs % 24) / 24) + 0.0002 * random.NextDouble()));
                var last = before + size / 20_000;
                rollups.Add(new Rollup(1_000_000 + i, RollupPeriod.Hour, at, 60, new RollupColumn(60 * before, before, last, before, last), RollupColumn.Of(1000)));
                if (rollups.Count < RollupsPerCall && i < hour.Influencers - 1)
                    continue;
                await hour.Database.Store.ImportRollupsAsync(rollups, cancellationToken);
                rollups.Clear();
            }
        }
    }

    private static async Task<(double Seconds, double Cpu)> FoldAsync(StoredHour hour, WatchingMetrics metrics, CancellationToken cancellationToken)
    {
        var passes = Passes(hour, metrics);
        var clock = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        while (await passes.StepAsync(cancellationToken))
        {
        }
        return (clock.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
    }

    private static async Task<EmbeddedLoad> WatchAsync(StoredHour hour, WatchingMetrics metrics, CancellationToken cancellationToken)
    {
        var store = hour.Database.Store;
        using var watcher = new Watcher(Passes(hour, metrics), store, Options, metrics, new WorkerHealth(TimeProvider.System), TimeProvider.System, NullLogger<Watcher>.Instance);
        await watcher.StartAsync(cancellationToken);
        var load = await EmbeddedLoad.RunAsync(
            hour, hour.Start + 2 * HourMs + 60_000, _ => store.ReadWatchProgressAsync(cancellationToken).AsTask().GetAwaiter().GetResult().FoldedUntil < hour.Start + 2 * HourMs, cancellationToken);
        await watcher.StopAsync(cancellationToken);
        return load;
    }

    private static WatchingOptions Options { get; } = new() { HoursAtOnce = 1 };

    private static WatchPasses Passes(StoredHour hour, WatchingMetrics metrics)
    {
        var store = hour.Database.Store;
        return new WatchPasses(store, store, new WatchFolder(store, store, metrics, TimeProvider.System), Options, metrics);
    }

    private static (double Written, double Kept) Compact(StoredHour hour, int influencers)
    {
        var native = hour.Database.Native;
        var family = native.ColumnFamilies.Single(static family => family.Name == ColumnFamilyNames.Watches);
        var written = hour.Database.Store.ReadWatchesAsync([.. Enumerable.Range(0, 1000).Select(static i => 1_000_000L + i)], CancellationToken.None).AsTask().GetAwaiter().GetResult();
        native.Flush(family);
        native.Compact(family);
        return (written.Average(static watch => watch.State.Length), (double)native.GetNumber(family, "rocksdb.live-sst-files-size") / influencers);
    }
}
