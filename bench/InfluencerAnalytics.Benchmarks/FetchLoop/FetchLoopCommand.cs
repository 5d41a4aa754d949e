using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Providers.Mockstagram;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.FetchLoop;

/// <summary>The bare fetch loop beside the program's own client with its checks, time limits, breaker and counts.</summary>
internal static class FetchLoopCommand
{
    private static readonly Option<int> Seconds = new("--seconds") { Description = "For each side.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Connections = new("--connections") { Description = "Requests in flight.", DefaultValueFactory = _ => 64 };

    public static Command Create()
    {
        var command = new Command("fetch-loop", "The bare fetch loop against a minimal server, and the program's client against the same.") { Seconds, Connections };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Seconds), parsed.GetValue(Connections), cancellationToken));
        return command;
    }

    /// <summary>Requests a second (the median second) of the bare loop.</summary>
    public static async Task<double> MeasureBareAsync(Uri server, int connections, int seconds, CancellationToken cancellationToken)
    {
        using var loop = new BareFetchLoop(server, connections);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = loop.RunAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellationToken);
        var rate = await Rate.MedianPerSecondAsync(() => loop.Fetched, seconds, cancellationToken);
        await stop.CancelAsync();
        await running;
        return rate;
    }

    private static async Task RunAsync(int seconds, int connections, CancellationToken cancellationToken)
    {
        await using var server = ServerProcess.Start("InfluencerAnalytics.Benchmarks.dll", MinimalServer.CommandName);
        var address = await server.ReadAddressAsync("listening on", cancellationToken);
        var bare = await MeasureBareAsync(address, connections, seconds, cancellationToken);
        var (client, cpu, allocated) = await MeasureClientAsync(address, connections, seconds, cancellationToken);
        Table.Print(
            ("bare fetch loop", $"{bare:N0}/s"),
            ("the program's client through its gate", $"{client:N0}/s, {cpu:F1} µs of client CPU, {allocated:N0} B allocated each"),
            ("ratio", $"{client / bare:F2}"));
    }

    private static async Task<(double Rate, double CpuMicroseconds, double Allocated)> MeasureClientAsync(
        Uri server, int connections, int seconds, CancellationToken cancellationToken)
    {
        var statistics = new PipelineStatistics(TimeProvider.System);
        var clock = new ProviderClock(TimeProvider.System, NullLogger<ProviderClock>.Instance);
        var options = new ProviderOptions { BaseAddress = server };
        using var provider = new MockstagramDataProvider(options, TimeProvider.System, clock);
        using var control = new ProviderControl(new FetchingOptions(), options, statistics, TimeProvider.System, NullLogger<ProviderControl>.Instance);
        var gate = new ProviderGate(provider, control, statistics, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loops = Enumerable.Range(0, connections).Select(index => Task.Run(async () =>
        {
            for (var id = 1_000_000L + index; !stop.IsCancellationRequested; id = id >= 1_999_000 ? 1_000_000 : id + 1)
            {
                if ((await gate.FetchAsync(id, isFirst: true, CancellationToken.None)).IsOk)
                    statistics.Fetched(1);
            }
        }, CancellationToken.None)).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellationToken);

        using var process = Process.GetCurrentProcess();
        var cpuBefore = process.TotalProcessorTime;
        var allocatedBefore = GC.GetTotalAllocatedBytes();
        var before = statistics.Snapshot().Fetched;
        var rate = await Rate.MedianPerSecondAsync(() => statistics.Snapshot().Fetched, seconds, cancellationToken);
        process.Refresh();
        var fetched = statistics.Snapshot().Fetched - before;
        var cpu = (process.TotalProcessorTime - cpuBefore).TotalMicroseconds / fetched;
        var allocated = (GC.GetTotalAllocatedBytes() - allocatedBefore) / (double)fetched;
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        return (rate, cpu, allocated);
    }
}
