using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

/// <summary>The instrument that says how late shards are received.</summary>
[Collection(FakeClock.Name)]
public sealed class ShardLatenessTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConcurrentQueue<double> _late = [];
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;

    public ShardLatenessTests()
    {
        _meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == _meters && instrument.Name == "influencer_analytics.fetch.shard_lateness")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) => _late.Enqueue(value));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Run_FetcherComesLate_SaysByHowMuchEachShardIs()
    {
        await using var deployment = new Deployment { Meters = _meters };
        // Five shards, due two seconds after each other.
        await deployment.SeedAsync(Enumerable.Range(1, 20).Select(id => (long)id));
        await deployment.AdvanceIntervalsAsync(2.25);
        await deployment.StartFetcherAsync();
        await deployment.Time.AdvanceUntilAsync(() => _late.Count == 5, TimeSpan.FromSeconds(1));
        _late.Order().Zip([0.5, 2.5, 4.5, 6.5, 8.5]).ShouldAllBe(pair => pair.First >= pair.Second && pair.First < pair.Second + 0.5);

        _late.Clear();
        await deployment.AdvanceIntervalsAsync(2);
        _late.Count.ShouldBeInRange(9, 11);
        _late.ShouldAllBe(late => late < 0.5);
    }

    [Fact]
    public async Task Run_QueueOfWholeSeconds_IsNeverLateByLessThanNothing()
    {
        await using var deployment = new Deployment(granularity: TimeSpan.FromSeconds(1)) { Meters = _meters };
        await deployment.SeedAsync(Enumerable.Range(1, 12).Select(id => (long)id));
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(3);
        _late.ShouldContain(0, "some come early");
        _late.ShouldAllBe(late => late >= 0 && late < 1.5);
    }
}
