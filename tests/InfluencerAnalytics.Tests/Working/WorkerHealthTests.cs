using InfluencerAnalytics.Working;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Working;

public sealed class WorkerHealthTests
{
    private readonly FakeTimeProvider _time = new();

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
}
