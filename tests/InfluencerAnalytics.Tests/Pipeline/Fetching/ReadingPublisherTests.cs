using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

/// <summary>What the log says of a queue that is away: little, and when it is over.</summary>
[Collection(FakeClock.Name)]
public sealed class ReadingPublisherTests
{
    [Fact]
    public async Task Publish_QueueAwayForLong_IsToldOnceAndWhenItIsOver()
    {
        var time = new FakeTimeProvider(Deployment.Midnight);
        var queues = new FakeQueues(time);
        var logs = new ListLogger();
        var metrics = new PipelineMetrics(time);
        var publisher = new ReadingPublisher(queues, new QueuePatience(time, logs.For<QueuePatience>()), metrics, time, logs.For<ReadingPublisher>());
        queues.AreAway = true;
        for (var slot = 0; slot < 10; slot++)
        {
            await time.WithClockAsync(
                Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => PublishAsync(publisher, time, TimeSpan.FromSeconds(10)), CancellationToken.None))), TimeSpan.FromSeconds(30));
        }
        metrics.Snapshot().Dropped.ShouldBe(50);
        logs.Warnings.ShouldBe(
        [
            "The queue does not take messages: The queue influencer_data_points is away. Trying again.",
            "Readings are dropped, the first of slot 2026-11-23T00:00:00Z: the queue took nothing until the slot was final.",
        ]);

        queues.AreAway = false;
        await time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        await time.WithClockAsync(Task.Run(() => PublishAsync(publisher, time, TimeSpan.FromSeconds(10)), CancellationToken.None), TimeSpan.FromSeconds(1));
        logs.Messages.Count.ShouldBe(4);
        logs.Messages[2].ShouldStartWith("The queue takes messages again, after ");
        logs.Messages[3].ShouldStartWith("No readings are dropped any more; 50 were in ");
    }

    private static async Task PublishAsync(ReadingPublisher publisher, TimeProvider time, TimeSpan patience)
    {
        var slot = Deployment.Midnight.ToUnixTimeMilliseconds();
        var giveUpAt = (time.GetUtcNow() + patience).ToUnixTimeMilliseconds();
        await publisher.PublishAsync(new DataPointBatch(slot, TimeSpan.FromSeconds(10), [new DataPoint(1, 1, 1, slot, slot, "x")], []), giveUpAt, CancellationToken.None);
    }
}
