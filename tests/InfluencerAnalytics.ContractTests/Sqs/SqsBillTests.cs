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
        using var bill = new Bill();
        using var connection = await ConnectAsync(bill);
        var queue = new SqsQueues(connection).Get(QueueNames.InfluencerDataPoints);

        (await queue.SendAsync([Message(30_000), Message(30_000), Message(30_000)], Cancel)).ShouldBeEmpty();
        bill.Take().ShouldBe([("billed_units", "SendMessageBatch", 2), ("calls", "SendMessageBatch", 1)], "90,000 bytes");
        var received = await queue.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), Cancel);
        received.Count.ShouldBe(3);
        bill.Take().ShouldBe([("billed_units", "ReceiveMessage", 2), ("calls", "ReceiveMessage", 1)]);
        (await queue.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.Zero, Cancel)).ShouldBeEmpty();
        bill.Take().ShouldBe([("billed_units", "ReceiveMessage", 1), ("calls", "ReceiveMessage", 1)], "an empty poll costs too");
        (await queue.DeleteAsync(received, Cancel)).ShouldBeEmpty();
        bill.Take().ShouldBe([("billed_units", "DeleteMessageBatch", 1), ("calls", "DeleteMessageBatch", 1)]);
        (await queue.SendAsync([Message(QueueLimits.BilledUnitBytes), Message(QueueLimits.BilledUnitBytes)], Cancel)).ShouldBeEmpty();
        bill.Take().ShouldBe([("billed_units", "SendMessageBatch", 2), ("calls", "SendMessageBatch", 1)], "no unit is begun for nothing");
    }

    [Fact]
    public async Task Receive_OfMessagesThatDoNotFillTheirUnits_AsksForAsManyAsDo()
    {
        using var bill = new Bill();
        using var connection = await ConnectAsync(bill);
        var queue = new SqsQueues(connection).Get(QueueNames.InfluencerDataPoints);
        (await queue.SendAsync([.. Enumerable.Repeat(Message(28_000), 30)], Cancel)).ShouldBeEmpty();
        (await queue.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), Cancel)).Count.ShouldBe(10);
        bill.Take();
        (await queue.ReceiveAsync(20, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), Cancel)).Count.ShouldBe(20);
        bill.Take().ShouldBe([("billed_units", "ReceiveMessage", 9), ("calls", "ReceiveMessage", 3)], "9 + 9 + 2, where 10 + 10 are 5 units each");
    }

    private async Task<SqsConnection> ConnectAsync(Bill bill)
    {
        var connection = new SqsConnection(
            new SqsOptions { ServiceUrl = server.Url, Region = "us-east-1", QueuePrefix = $"t{Guid.NewGuid():N}-" }, new ClockGuard(TimeProvider.System), bill);
        await new QueueCreation(connection).CreateAsync(Cancel);
        bill.Take();
        return connection;
    }

    private static OutgoingMessage Message(int bytes) => new(Enumerable.Repeat((byte)'x', bytes).ToArray());

    // What is counted since it was taken last, by instrument and action.
    private sealed class Bill : IMeterFactory
    {
        private readonly ConcurrentQueue<(string Instrument, string Action, long Count)> _seen = new();
        private readonly List<Meter> _made = [];
        private readonly MeterListener _listener;

        public Bill()
        {
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, own) =>
                {
                    if (ReferenceEquals(instrument.Meter.Scope, this) && instrument.Name.Contains(".sqs.", StringComparison.Ordinal))
                        own.EnableMeasurementEvents(instrument);
                },
            };
            _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => _seen.Enqueue((instrument.Name[(instrument.Name.LastIndexOf('.') + 1)..], Action(tags), count)));
            _listener.Start();
        }

        public List<(string Instrument, string Action, long Count)> Take()
        {
            var taken = _seen.GroupBy(static one => (one.Instrument, one.Action), static (key, ones) => (key.Instrument, key.Action, ones.Sum(static one => one.Count))).Order().ToList();
            _seen.Clear();
            return taken;
        }

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _made.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            _listener.Dispose();
            _made.ForEach(static meter => meter.Dispose());
        }

        private static string Action(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "action")
                    return (string)tag.Value!;
            }
            return "";
        }
    }
}
