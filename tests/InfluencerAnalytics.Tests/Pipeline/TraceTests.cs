using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline;

/// <summary>One trace follows a shard from its receive to the write of what was read, whichever processes did these; requests have no spans.</summary>
[Collection(FakeClock.Name)]
public sealed class TraceTests
{
    [Fact]
    public async Task Run_TraceIsSampled_HoldsTheVisitAndTheWriteOfItsReadings()
    {
        using var spans = new Spans(ActivitySamplingResult.AllDataAndRecorded);
        await using var deployment = new Deployment();
        var current = new ConcurrentQueue<Activity?>();
        deployment.Provider.Answer = id =>
        {
            current.Enqueue(Activity.Current);
            return id == 4 ? ScriptedProvider.Failed(MissReason.NotFound) : deployment.Provider.Good(id);
        };
        await deployment.SeedAsync(1, 2, 3, 4);
        await deployment.StartFetcherAsync();
        await deployment.ToNextSlotAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count > 0, TimeSpan.FromSeconds(20));
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count == 0, TimeSpan.FromSeconds(5));
        await deployment.Time.AdvanceUntilAsync(() => spans.Named(VisitSpan.Name).Count > 0, TimeSpan.FromSeconds(5));

        var write = spans.Named(WriteSpans.Name)[0];
        var visit = spans.Named(VisitSpan.Name).Single(span => span.TraceId == write.TraceId);
        (visit.ParentSpanId, write.ParentSpanId).ShouldBe((default, visit.SpanId));
        write.HasRemoteParent.ShouldBeTrue();
        (visit.GetTagItem("shard"), visit.GetTagItem("influencers"), visit.GetTagItem("readings"), visit.GetTagItem("not_found"), visit.GetTagItem("left")).ShouldBe((0, 4, 3, 1, 0));
        (write.GetTagItem("slot"), write.GetTagItem("readings"), write.GetTagItem("missed"), write.Status).ShouldBe((visit.GetTagItem("slot"), 3, 1, ActivityStatusCode.Ok));
        current.ShouldNotBeEmpty();
        current.ShouldAllBe(span => span == null, "loops that ask for all visits belong to none of them");
    }

    [Fact]
    public async Task Run_StoreFails_TheWriteOfTheTraceSaysSo()
    {
        using var spans = new Spans(ActivitySamplingResult.AllDataAndRecorded);
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2);
        await deployment.StartFetcherAsync();
        await deployment.ToNextSlotAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count > 0, TimeSpan.FromSeconds(20));
        deployment.Store.OnStep = step => step.EndsWith("append", StringComparison.Ordinal) ? throw new StoreUnavailableException("It is away.") : ValueTask.CompletedTask;
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => spans.Named(WriteSpans.Name).Count > 0, TimeSpan.FromSeconds(10));
        var write = spans.Named(WriteSpans.Name)[0];
        (write.Status, write.StatusDescription).ShouldBe((ActivityStatusCode.Error, "It is away."));
    }

    [Fact]
    public async Task Run_TraceIsNotSampled_MessagesCarryNone()
    {
        using var spans = new Spans(ActivitySamplingResult.PropagationData);
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2);
        await deployment.StartFetcherAsync();
        await deployment.ToNextSlotAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Queues.Points.Bodies.Count > 0, TimeSpan.FromSeconds(20));
        foreach (var body in deployment.Queues.Points.Bodies)
            Encoding.UTF8.GetString(body.Span).ShouldNotContain("trace");
    }

    /// <summary>What an exporter would get.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentQueue<Activity> _ended = new();

        public Spans(ActivitySamplingResult sampling)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == ProgramTraces.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public List<Activity> Named(string name) => [.. _ended.Where(span => span.OperationName == name)];

        public void Dispose() => _listener.Dispose();
    }
}
