using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using InfluencerAnalytics.Sqs.Creation;
using InfluencerAnalytics.Sqs.Queues;

namespace InfluencerAnalytics.ContractTests.Sqs;

/// <summary>What is counted of the calls is what SQS bills: each call, and each started 64 KiB of its messages.</summary>
public sealed class SqsBillTests(SqsServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_OfSeveralSizesAndNone_AreCountedWithTheirUnits()
    {
        using var meters = new Meters();
        var seen = new ConcurrentQueue<(string Instrument, string Action, long Count)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name.Contains(".sqs.", StringComparison.Ordinal))
                    own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => seen.Enqueue((instrument.Name[(instrument.Name.LastIndexOf('.') + 1)..], Action(tags), count)));
        listener.Start();
        using var connection = new SqsConnection(
            new SqsOptions { ServiceUrl = server.Url, Region = "us-east-1", QueuePrefix = $"t{Guid.NewGuid():N}-" }, new ClockGuard(TimeProvider.System), meters);
        await new QueueCreation(connection).CreateAsync(Cancel);
        seen.Clear();
        var queue = new SqsQueues(connection).Get(QueueNames.InfluencerDataPoints);

        (await queue.SendAsync([Message(30_000), Message(30_000), Message(30_000)], Cancel)).ShouldBeEmpty();
        Take().ShouldBe([("billed_units", "SendMessageBatch", 2), ("calls", "SendMessageBatch", 1)], "90,000 bytes");
        var received = await queue.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), Cancel);
        received.Count.ShouldBe(3);
        Take().ShouldBe([("billed_units", "ReceiveMessage", 2), ("calls", "ReceiveMessage", 1)]);
        (await queue.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.Zero, Cancel)).ShouldBeEmpty();
        Take().ShouldBe([("billed_units", "ReceiveMessage", 1), ("calls", "ReceiveMessage", 1)], "an empty poll costs too");
        (await queue.DeleteAsync(received, Cancel)).ShouldBeEmpty();
        Take().ShouldBe([("billed_units", "DeleteMessageBatch", 1), ("calls", "DeleteMessageBatch", 1)]);
        (await queue.SendAsync([Message(QueueLimits.BilledUnitBytes), Message(QueueLimits.BilledUnitBytes)], Cancel)).ShouldBeEmpty();
        Take().ShouldBe([("billed_units", "SendMessageBatch", 2), ("calls", "SendMessageBatch", 1)], "no unit is begun for nothing");

        List<(string, string, long)> Take()
        {
            var taken = seen.GroupBy(one => (one.Instrument, one.Action), (key, ones) => (key.Instrument, key.Action, ones.Sum(one => one.Count))).Order().ToList();
            seen.Clear();
            return taken;
        }
    }

    private static OutgoingMessage Message(int bytes) => new(Enumerable.Repeat((byte)'x', bytes).ToArray());

    private static string Action(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == "action")
                return (string)tag.Value!;
        }
        return "";
    }

    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _made = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _made.Add(meter);
            return meter;
        }

        public void Dispose() => _made.ForEach(static meter => meter.Dispose());
    }
}
