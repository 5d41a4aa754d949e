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

    [Fact]
    public async Task Problems_WorkersComeAndGoMeanwhile_AreAlwaysSaid()
    {
        var health = new WorkerHealth(_time);
        health.Unready("b", "The store is away.");
        using var stop = new CancellationTokenSource();
        var others = Task.Run(() =>
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                health.Ready($"worker {number % 1000}");
                health.Remove($"worker {(number + 500) % 1000}");
            }
        }, CancellationToken.None);
        for (var look = 0; look < 2000; look++)
            health.Problems(TimeSpan.FromSeconds(30)).ShouldBe(["b: The store is away."]);
        await stop.CancelAsync();
        await others;
    }
}
