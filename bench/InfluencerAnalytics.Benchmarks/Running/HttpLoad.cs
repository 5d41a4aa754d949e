using System.Diagnostics;
using System.Globalization;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>Loops that ask one path for varying influencers, bounded in time, and take the latency of every answer.</summary>
internal sealed class HttpLoad(Uri server, string path, int influencers, int connections, int perSecond) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null });

    public async Task<Result> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var loops = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(index => Task.Run(() => LoopAsync(index, clock, duration, cancellationToken), cancellationToken)));
        var latencies = loops.SelectMany(loop => loop.Latencies).ToArray();
        Array.Sort(latencies);
        return new Result(latencies.Length / clock.Elapsed.TotalSeconds, At(latencies, 0.5), At(latencies, 0.99), loops.Sum(loop => loop.Failed));
    }

    private static double At(double[] sorted, double quantile) => sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * quantile)];

    private async Task<(List<double> Latencies, int Failed)> LoopAsync(int index, Stopwatch clock, TimeSpan duration, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        var failed = 0;
        var buffer = new byte[16 * 1024];
        var pause = perSecond > 0 ? TimeSpan.FromSeconds((double)connections / perSecond) : TimeSpan.Zero;
        var next = clock.Elapsed + pause * (index / (double)connections);
        for (var id = 1_000_000 + index; clock.Elapsed < duration; id = 1_000_000 + (id - 1_000_000 + 7919) % influencers)
        {
            if (pause > TimeSpan.Zero && next - clock.Elapsed is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System, cancellationToken);
            // From when it was due, so that a slow answer is not left out of the wait of those behind it.
            var started = pause > TimeSpan.Zero ? next : clock.Elapsed;
            next += pause;
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, string.Format(CultureInfo.InvariantCulture, path, id)));
            using var response = await _invoker.SendAsync(request, cancellationToken);
            using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
            latencies.Add((clock.Elapsed - started).TotalMilliseconds);
            if (!response.IsSuccessStatusCode)
                failed++;
        }
        return (latencies, failed);
    }

    public void Dispose() => _invoker.Dispose();

    internal sealed record Result(double PerSecond, double P50, double P99, int Failed);
}
