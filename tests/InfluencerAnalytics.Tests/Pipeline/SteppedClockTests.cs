using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline;

/// <summary>The wall clock is set while a deployment runs.</summary>
[Collection(FakeClock.Name)]
public sealed class SteppedClockTests
{
    private static readonly long[] Twenty = [.. Enumerable.Range(1, 20).Select(id => (long)id)];

    /// <summary>Seconds: forward, and back.</summary>
    public static TheoryData<double> Steps => [2, -2, 3600, -3600, 86400, -86400, 365 * 86400.0, -365 * 86400.0];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Run_ClockIsSet_EveryInfluencerIsStillAskedOnceAnInterval(double step)
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(2.35);
        var before = deployment.Provider.Asked.Count;

        deployment.Time.Set(TimeSpan.FromSeconds(step));
        await deployment.AdvanceIntervalsAsync(5);
        var asked = deployment.Provider.Asked.Skip(before).CountBy(one => one.Id).ToDictionary();
        // Once more, or once less, where the grid was found anew.
        foreach (var id in Twenty)
            asked.GetValueOrDefault(id).ShouldBeInRange(4, 6, $"of {id}");
        deployment.Queues.Points.DeadLetters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ClockSetBackWithRetriesUnderWay_TheyEnd()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Provider.Answer = id => id == 1 ? ScriptedProvider.Failed(MissReason.ServerError) : deployment.Provider.Good(id);
        await deployment.AdvanceIntervalsAsync(1.5);
        deployment.Time.Set(TimeSpan.FromHours(-1));
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Provider.Answer = null;
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Queues.Shards.Bodies.Count.ShouldBe(deployment.Shards().Count);
    }

    [Fact]
    public async Task Ready_ClockSetBehindWhatIsStored_SaysSoUntilItIsRight()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.StartAsync(new FutureWatch(deployment.Store, deployment.Health, deployment.Time, deployment.Logs.For<FutureWatch>()));
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();

        deployment.Time.Set(TimeSpan.FromHours(-1));
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldHaveSingleItem().ShouldContain("slots are stored that have not begun");

        deployment.Time.Set(TimeSpan.FromHours(1));
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Health.Problems(TimeSpan.FromMinutes(1)).ShouldBeEmpty();
    }
}
