using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Tests.Working;

public sealed class BackoffTests
{
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
}
