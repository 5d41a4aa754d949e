using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>Rolling up one hour while readings keep coming in and timelines are read.</summary>
internal static class RollupCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "Each with 60 readings in the hour.", DefaultValueFactory = _ => 1_000_000 };

    public static Command Create()
    {
        var command = new Command("rollup", "Rolls up an hour while appends go on at the rate of one reading a minute each; beside it the same without.") { Influencers };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Influencers), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int influencers, CancellationToken cancellationToken)
    {
        using var hour = new StoredHour(influencers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var maintenance = hour.Database.RunMaintenanceAsync(stop.Token);
        var filling = await hour.FillAsync(cancellationToken);

        var without = await LoadAsync(hour, 0, (_, elapsed) => elapsed.TotalSeconds < 15, cancellationToken);
        hour.Time.Advance(TimeSpan.FromMinutes(64));
        var with = await LoadAsync(hour, 10, (_, _) => !hour.IsRolledUp, cancellationToken);
        Table.Print(
            ("influencers, points of the hour", $"{influencers:N0}, {influencers * 60L:N0}"),
            ("stored before it", $"{influencers * 60L / filling:N0} points/s"),
            ("rolled up, at most 5 s of waiting for its turn included (60 s)", $"{with.Seconds:F1} s"),
            ("CPU of the process, without / during, of one core", $"{without.Cpu:P0} / {with.Cpu:P0}"),
            ("appends of 500 points meanwhile, asked for / done", $"{influencers / 60 / 500d:F1}/s / {with.Appends / with.Seconds:F1}/s"),
            ("append of 500 points, p50 / p99, without", $"{without.AppendP50:F2} ms / {without.AppendP99:F2} ms"),
            ("append of 500 points, p50 / p99, during", $"{with.AppendP50:F2} ms / {with.AppendP99:F2} ms"),
            ("one hour of one influencer read, p50 / p99, without", $"{without.ReadP50:F2} ms / {without.ReadP99:F2} ms"),
            ("one hour of one influencer read, p50 / p99, during", $"{with.ReadP50:F2} ms / {with.ReadP99:F2} ms"));
        await stop.CancelAsync();
        await maintenance;
    }

    // Appends on their grid, each followed by a few reads, so that both feel what the roll-up does.
    private static async Task<Load> LoadAsync(StoredHour hour, int firstSlot, Func<int, TimeSpan, bool> goesOn, CancellationToken cancellationToken)
    {
        List<double> appends = [], reads = [];
        var pause = TimeSpan.FromMinutes(1) / hour.Shards;
        var clock = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; goesOn(i, clock.Elapsed); i++)
        {
            if (pause * i - clock.Elapsed is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System, cancellationToken);
            var slot = hour.Start + 3_600_000 + (firstSlot + i / hour.Shards) * 60_000L;
            var batch = hour.Next(i % hour.Shards, slot);
            appends.Add(await TimeAsync(async () => await hour.Database.Store.AppendAsync([batch], cancellationToken)));
            for (var read = 0; read < 5; read++)
            {
                var id = 1_000_000 + (i * 5 + read) * 7919L % hour.Influencers;
                reads.Add(await TimeAsync(async () => await hour.Database.Store.ReadPointsAsync(id, hour.Start, hour.Start + 3_600_000, 100, cancellationToken)));
            }
        }
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds / seconds;
        return new Load(seconds, used, appends.Count, At(appends, 0.5), At(appends, 0.99), At(reads, 0.5), At(reads, 0.99));
    }

    private static async Task<double> TimeAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double At(List<double> values, double quantile)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[(int)((values.Count - 1) * quantile)];
    }

    private sealed record Load(double Seconds, double Cpu, int Appends, double AppendP50, double AppendP99, double ReadP50, double ReadP99);
}
