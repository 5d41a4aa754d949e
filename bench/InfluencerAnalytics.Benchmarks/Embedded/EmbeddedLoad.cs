using System.Diagnostics;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>What appends and reads took while something else went on, in milliseconds.</summary>
internal sealed record EmbeddedLoad(double Seconds, double Cpu, int Appends, double AppendP50, double AppendP99, double ReadP50, double ReadP99)
{
    /// <summary>Appends at the rate of one reading a minute each, on their grid, each followed by a few reads, so that both feel what else is done.</summary>
    /// <param name="slot">The first that is appended to.</param>
    /// <param name="goesOn">Asked before each append, with how long it has gone on.</param>
    public static async Task<EmbeddedLoad> RunAsync(StoredHour hour, long slot, Func<TimeSpan, bool> goesOn, CancellationToken cancellationToken)
    {
        List<double> appends = [], reads = [];
        var pause = TimeSpan.FromMinutes(1) / hour.Shards;
        var clock = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; goesOn(clock.Elapsed); i++)
        {
            if (pause * i - clock.Elapsed is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System, cancellationToken);
            var batch = hour.Next(i % hour.Shards, slot + i / hour.Shards * 60_000L);
            appends.Add(await TimeAsync(async () => await hour.Database.Store.AppendAsync([batch], cancellationToken)));
            for (var read = 0; read < 5; read++)
            {
                var id = 1_000_000 + (i * 5 + read) * 7919L % hour.Influencers;
                reads.Add(await TimeAsync(async () => await hour.Database.Store.ReadPointsAsync(id, hour.Start, hour.Start + 3_600_000, 100, cancellationToken)));
            }
        }
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds / seconds;
        return new EmbeddedLoad(seconds, used, appends.Count, At(appends, 0.5), At(appends, 0.99), At(reads, 0.5), At(reads, 0.99));
    }

    public static async Task<double> TimeAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>A quantile of some values, which it sorts.</summary>
    public static double At(List<double> values, double quantile)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[(int)((values.Count - 1) * quantile)];
    }
}
