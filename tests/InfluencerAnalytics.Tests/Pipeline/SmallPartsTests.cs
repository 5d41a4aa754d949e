using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline;

public sealed class SmallPartsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Backoff_FailuresInARow_DoubleUpToTheCapAndAreJittered()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        foreach (var full in new[] { 100.0, 200, 400, 800, 1600, 3200, 5000, 5000, 5000 })
            backoff.Next().TotalMilliseconds.ShouldBeInRange(full / 2, full);
        for (var i = 0; i < 10_000; i++)
            backoff.Next().TotalMilliseconds.ShouldBeInRange(2500, 5000);
        backoff.Reset();
        backoff.Next().TotalMilliseconds.ShouldBeInRange(50, 100);
        Enumerable.Range(0, 20).Select(_ => Backoff.Jitter(100)).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void RateMeter_SteadyRate_IsThatRate()
    {
        var meter = new RateMeter(_time);
        meter.PerSecond().ShouldBe(0);
        for (var second = 0; second < 25; second++)
        {
            meter.Add(30);
            _time.Advance(TimeSpan.FromSeconds(1));
            meter.PerSecond().ShouldBe(30);
        }
    }

    [Fact]
    public void RateMeter_EventsEnd_FallsToZeroWithinItsWindow()
    {
        var meter = new RateMeter(_time);
        for (var second = 0; second < 20; second++)
        {
            meter.Add(100);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.PerSecond().ShouldBe(50);
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.PerSecond().ShouldBe(0);
        _time.Advance(TimeSpan.FromDays(40));
        meter.Add(70);
        _time.Advance(TimeSpan.FromSeconds(1));
        meter.PerSecond().ShouldBe(7);
    }

    [Fact]
    public void WorkerHealth_UnreadyOrSilent_IsAProblemThatNamesTheWorker()
    {
        var silence = TimeSpan.FromSeconds(30);
        var health = new WorkerHealth(_time);
        health.Ready("a");
        health.Unready("b", "The store is away.");
        health.Problems(silence).ShouldBe(["b: The store is away."]);
        health.Ready("b");
        health.Problems(silence).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(31));
        health.Ready("b");
        health.Problems(silence).ShouldHaveSingleItem().ShouldStartWith("a: ");
        health.Remove("a");
        health.Problems(silence).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(60, 1.9, true)]
    [InlineData(60, -1.9, true)]
    [InlineData(60, 2.1, false)]
    [InlineData(60, -2.1, false)]
    [InlineData(4, 0.9, true)]
    [InlineData(4, 1.1, false)]
    public void ClockGuard_Difference_IsTrustedUpToTwoSecondsOrAQuarterOfTheInterval(int intervalSeconds, double differenceSeconds, bool trusted)
    {
        var clock = new ClockGuard(_time);
        clock.Observe(_time.GetUtcNow() - TimeSpan.FromSeconds(differenceSeconds));
        clock.IsTrusted(TimeSpan.FromSeconds(intervalSeconds)).ShouldBe(trusted);
        clock.Observe(_time.GetUtcNow());
        clock.IsTrusted(TimeSpan.FromSeconds(intervalSeconds)).ShouldBeTrue();
    }

    [Fact]
    public void Statistics_Counts_AreInTheSnapshot()
    {
        var statistics = new PipelineStatistics(_time);
        statistics.Snapshot().LagSeconds.ShouldBeNull();
        statistics.Fetched(5);
        statistics.AttemptFailed(MissReason.Timeout);
        statistics.StoredPoints(3, 2, 1, 1.5);
        statistics.DeadLettered(4);
        statistics.Snapshot().ShouldSatisfyAllConditions(
            snapshot => snapshot.Fetched.ShouldBe(5),
            snapshot => snapshot.FailedAttempts.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Timeout] = 1 }),
            snapshot => snapshot.Stored.ShouldBe(3),
            snapshot => snapshot.Duplicates.ShouldBe(2),
            snapshot => snapshot.Expired.ShouldBe(1),
            snapshot => snapshot.DeadLettered.ShouldBe(4),
            snapshot => snapshot.LagSeconds.ShouldBe(1.5));
    }
}
