using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Scale;

/// <summary>One fetcher and then several, under a limit each and then without, against the same simulator, queues and store.</summary>
internal sealed class ScaleBenchmark(ScaleOptions options)
{
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var rows = new List<(string, string)> { ("influencers, interval, latency of the simulator", Text($"{options.Influencers:N0}, {options.IntervalSeconds} s, {options.LatencyMs} ms")) };
        await using var roles = await SeparateRoles.StartAsync(options, output, cancellationToken);
        foreach (var limit in (int?[])[options.PerSecond, null])
        {
            double? one = null;
            foreach (var fetchers in options.Fetchers)
            {
                while (roles.Fetchers < fetchers)
                    await roles.AddFetcherAsync(limit, cancellationToken);
                var what = $"{fetchers} fetcher(s), {(limit is { } most ? Text($"{most:N0}/s each") : "no limit")}";
                await output.WriteLineAsync($"{what}: settling for {options.Settle.TotalSeconds} s, measuring for {options.Window.TotalSeconds} s");
                var (counts, seconds) = await MeasureAsync(roles, cancellationToken);
                rows.AddRange(Rows(what, counts, seconds, one));
                one ??= counts.Stored / seconds;
            }
            await roles.StopFetchersAsync();
        }
        Table.Print([.. rows]);
        return 0;
    }

    private async Task<(ScaleCounts Counts, double Seconds)> MeasureAsync(SeparateRoles roles, CancellationToken cancellationToken)
    {
        await Task.Delay(options.Settle, TimeProvider.System, cancellationToken);
        var clock = Stopwatch.StartNew();
        var before = await roles.CountAsync(cancellationToken);
        await Task.Delay(options.Window, TimeProvider.System, cancellationToken);
        return ((await roles.CountAsync(cancellationToken)).Since(before), clock.Elapsed.TotalSeconds);
    }

    private static IEnumerable<(string, string)> Rows(string what, ScaleCounts counts, double seconds, double? one)
    {
        var millions = counts.Stored / 1e6;
        yield return ($"{what}: readings fetched / stored a second", Text($"{counts.Fetched / seconds:N0} / {counts.Stored / seconds:N0}"));
        if (one is { } alone)
            yield return ($"{what}: ratio to the first", Text($"{counts.Stored / seconds / alone:F2}"));
        yield return ($"{what}: calls of SQS a second, of each fetcher", string.Join(", ", counts.CallsOfFetchers.Select(calls => Text($"{calls / seconds:F1}"))));
        yield return ($"{what}: calls of SQS / billed units for a million readings, all processes", Text($"{counts.Calls / millions:N0} / {counts.Units / millions:N0}"));
        yield return ($"{what}: of these calls, shards received, re-armed, readings sent, received, deleted, the rest", string.Join(", ", counts.CallsOf.Values.Append(counts.Calls - counts.CallsOf.Values.Sum()).Select(calls => Text($"{calls / millions:N0}"))));
        yield return ($"{what}: CPU a reading, µs", string.Join(", ", counts.Cpu.Select(pair => Text($"{pair.Key} {pair.Value * 1e6 / counts.Stored:F1}"))));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
