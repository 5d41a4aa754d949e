using System.Diagnostics;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>Counts over seconds, a second at a time, so that a median can be told.</summary>
internal static class Rate
{
    /// <summary>The median of the per-second increments of a counter.</summary>
    public static async Task<double> MedianPerSecondAsync(Func<long> counter, int seconds, CancellationToken cancellationToken)
    {
        var rates = new List<double>(seconds);
        var before = counter();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < seconds; i++)
        {
            var started = clock.Elapsed;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            var now = counter();
            rates.Add((now - before) / (clock.Elapsed - started).TotalSeconds);
            before = now;
        }
        return Median(rates);
    }

    public static double Median(List<double> values)
    {
        if (values.Count == 0)
            return double.NaN;
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }
}
