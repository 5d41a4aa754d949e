using System.Diagnostics.Metrics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline;

public sealed class PipelineMetricsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Metrics_Counts_AreInTheSnapshot()
    {
        using var metrics = new PipelineMetrics(_time);
        metrics.Snapshot().LagSeconds.ShouldBeNull();
        metrics.Fetched(5);
        metrics.AttemptFailed(MissReason.Timeout);
        metrics.StoredPoints(new AppendResult(3, 2, 1));
        metrics.Lagged(1.5);
        metrics.DeadLettered(4);
        metrics.Snapshot().ShouldSatisfyAllConditions(
            snapshot => snapshot.Fetched.ShouldBe(5),
            snapshot => snapshot.FailedAttempts.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Timeout] = 1 }),
            snapshot => snapshot.Stored.ShouldBe(3),
            snapshot => snapshot.Duplicates.ShouldBe(2),
            snapshot => snapshot.Expired.ShouldBe(1),
            snapshot => snapshot.DeadLettered.ShouldBe(4),
            snapshot => snapshot.LagSeconds.ShouldBe(1.5));
    }

    [Fact]
    public void Instruments_HeardByAnotherListener_SayWhatTheSnapshotSays()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var metrics = new PipelineMetrics(_time, meters);
        using var other = new PipelineMetrics(_time);
        var heard = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == ProgramMeter.Name && instrument.Meter.Scope == meters)
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => heard[instrument.Name] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => heard[instrument.Name] = heard.GetValueOrDefault(instrument.Name) + value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => heard[instrument.Name] = value);
        listener.Start();
        metrics.RequestStarted();
        metrics.ProviderIs(new ProviderState(32, null, false, TimeSpan.FromSeconds(2), _time.GetUtcNow(), "timeout", true));
        metrics.Fetched(5);
        metrics.StoredPoints(new AppendResult(3, 1, 1, 2));
        metrics.Lagged(1.5);
        metrics.RequestTook(null, TimeSpan.FromMilliseconds(250));
        listener.RecordObservableInstruments();

        heard["influencer_analytics.fetch.readings"].ShouldBe(5);
        heard["influencer_analytics.ingest.stored"].ShouldBe(3);
        heard["influencer_analytics.ingest.lag"].ShouldBe(1.5);
        heard["influencer_analytics.ingest.batch_size"].ShouldBe(7);
        heard["influencer_analytics.provider.request.duration"].ShouldBe(0.25);
        heard["influencer_analytics.fetch.in_flight"].ShouldBe(1);
        heard["influencer_analytics.provider.concurrency_limit"].ShouldBe(32);
        heard["influencer_analytics.provider.time_limit"].ShouldBe(2);
        heard["influencer_analytics.provider.away"].ShouldBe(1);
        heard.ShouldNotContainKey("influencer_analytics.provider.rate_limit", "there is none");
        metrics.Snapshot().ShouldSatisfyAllConditions(snapshot => snapshot.Fetched.ShouldBe(5), snapshot => snapshot.FetchesInFlight.ShouldBe(1));
        other.Snapshot().Fetched.ShouldBe(0, "the figures of another host in this process are its own");
    }

    /// <summary>It is counted 16,667 times a second.</summary>
    [Fact]
    public void RequestTook_SomebodyListens_AllocatesNothing()
    {
        using var metrics = new PipelineMetrics(_time);
        using var listener = new MeterListener { InstrumentPublished = (instrument, own) => { if (instrument.Meter.Name == ProgramMeter.Name) own.EnableMeasurementEvents(instrument); } };
        var heard = 0;
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => heard += tags.Length);
        listener.Start();
        metrics.RequestTook(MissReason.Timeout, TimeSpan.FromSeconds(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            metrics.RequestTook(i % 2 == 0 ? null : MissReason.Timeout, TimeSpan.FromMilliseconds(i));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        heard.ShouldBe(1001);
    }

    [Fact]
    public void Begin_NothingCountedYet_EveryCounterSaysZero()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new PipelineMetrics(_time, services.GetRequiredService<IMeterFactory>());
        var heard = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) => { if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>()) own.EnableMeasurementEvents(instrument); },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => heard[instrument.Name] = value);
        listener.Start();
        metrics.Begin();
        (heard.Count, heard["influencer_analytics.dead_letters"], heard["influencer_analytics.fetch.dropped"]).ShouldBe((7, 0, 0));
    }

    [Fact]
    public void Snapshot_ReadingsInTenSeconds_SaysHowManyASecond()
    {
        using var metrics = new PipelineMetrics(_time);
        for (var second = 0; second < 10; second++)
        {
            metrics.Fetched(30);
            metrics.StoredPoints(new AppendResult(20, 0, 0));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        metrics.Snapshot().ShouldSatisfyAllConditions(snapshot => snapshot.FetchesPerSecond.ShouldBe(30), snapshot => snapshot.StoredPerSecond.ShouldBe(20));
    }
}
