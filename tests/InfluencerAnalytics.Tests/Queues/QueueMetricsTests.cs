using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Queues;

public sealed class QueueMetricsTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0, 3)]
    [InlineData(20, 2)]
    public async Task Read_DepthsThatCostACall_AreReadOnceInTheTimeThatTheyKeep(int keepsSeconds, int expected)
    {
        var queues = new FakeQueues(_time);
        queues.Shards.DepthKeeps = TimeSpan.FromSeconds(keepsSeconds);
        var calls = 0;
        queues.Shards.OnStep = step =>
        {
            calls += step.EndsWith(": depth", StringComparison.Ordinal) ? 1 : 0;
            return ValueTask.CompletedTask;
        };
        var metrics = new QueueMetrics(queues, queues, _time);
        (await ReadWaitingAsync(metrics)).ShouldBe(0);
        await queues.Shards.SendTextAsync("one");
        (await ReadWaitingAsync(metrics)).ShouldBe(keepsSeconds > 0 ? 0 : 1);
        _time.Advance(TimeSpan.FromSeconds(21));
        (await ReadWaitingAsync(metrics)).ShouldBe(1);
        calls.ShouldBe(expected);
    }

    [Fact]
    public async Task Read_OneQueueIsMissing_TheOthersAreReadAllTheSame()
    {
        var queues = new FakeQueues(_time);
        await queues.Shards.SendTextAsync("one");
        queues.Checks.IsAway = true;
        var metrics = new QueueMetrics(queues, queues, _time);
        var readings = await metrics.ReadAsync(TestContext.Current.CancellationToken);
        readings.Keys.ShouldBe(QueueNames.All, ignoreOrder: true);
        readings[QueueNames.InfluencerIdStore].ShouldSatisfyAllConditions(reading => reading.Depth!.Value.Waiting.ShouldBe(1), reading => reading.Problem.ShouldBeNull());
        readings[QueueNames.SuspicionChecks].ShouldBe(new QueueReading(null, null, "The queue influencer_suspicion_checks is away."));
        queues.AreAway = true;
        await Should.ThrowAsync<QueueUnavailableException>(async () => await metrics.ReadAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<long> ReadWaitingAsync(QueueMetrics metrics) =>
        (await metrics.ReadAsync(TestContext.Current.CancellationToken))[QueueNames.InfluencerIdStore].Depth!.Value.Waiting;
}
