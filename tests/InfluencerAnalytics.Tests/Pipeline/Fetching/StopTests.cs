using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

[Collection(FakeClock.Name)]
public sealed class StopTests
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Stop_RequestsInFlightThatEndInTime_ArePublishedAndTheShardIsReArmed()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        deployment.Provider.Latency = TimeSpan.FromSeconds(2);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Provider.InFlight == 3, TimeSpan.FromSeconds(15));
        await deployment.Time.WithClockAsync(fetcher.StopAsync(), Promise);
        deployment.Batches().SelectMany(batch => batch.Points).Count().ShouldBe(3);
        deployment.Queues.Shards.VisibleAt.ShouldHaveSingleItem().ShouldBeGreaterThan(deployment.NowMs);
    }

    [Fact]
    public async Task Stop_RequestsThatNeverEnd_WhatWasReadIsPublishedAndTheShardIsGivenBack()
    {
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 10);
        deployment.Fetching = deployment.Fetching with { InitialConcurrency = 1, MaxConcurrency = 1 };
        await deployment.SeedAsync(1, 2, 3, 4);
        var answered = new List<long>();
        deployment.Provider.Answer = id =>
        {
            answered.Add(id);
            if (answered.Count == 2)
                deployment.Provider.Latency = Timeout.InfiniteTimeSpan;
            return deployment.Provider.Good(id);
        };
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Provider.Requests == 3 && deployment.Provider.InFlight == 1, TimeSpan.FromSeconds(90));
        var stopped = deployment.NowMs;
        await deployment.Time.WithClockAsync(fetcher.StopAsync(), Promise);
        (deployment.NowMs - stopped).ShouldBeLessThan(10_000);
        deployment.Batches().SelectMany(batch => batch.Points).Select(point => point.InfluencerId).ShouldBe(answered.Take(2), ignoreOrder: true);
        deployment.Batches().SelectMany(batch => batch.Missed).ShouldBeEmpty();
        deployment.Queues.Shards.VisibleAt.ShouldHaveSingleItem().ShouldBeLessThanOrEqualTo(deployment.NowMs);
    }

    [Fact]
    public async Task Stop_AnotherFetcherThere_TheSlotIsStillWhole()
    {
        await using var deployment = new Deployment();
        var ids = Enumerable.Range(1, 40).Select(id => (long)id).ToArray();
        await deployment.SeedAsync(ids);
        deployment.Provider.Latency = TimeSpan.FromMilliseconds(300);
        var leaving = await deployment.StartFetcherAsync();
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1.3);
        await deployment.Time.WithClockAsync(leaving.StopAsync(), Promise);
        await deployment.AdvanceIntervalsAsync(3);
        foreach (var id in ids)
            deployment.SlotsOf(id).Take(4).ShouldBe([0, 1, 2, 3], $"of {id}");
    }

    [Fact]
    public async Task Stop_QueueAway_EndsAllTheSame()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        deployment.Provider.Latency = TimeSpan.FromSeconds(1);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Provider.InFlight == 3, TimeSpan.FromSeconds(15));
        deployment.Queues.AreAway = true;
        await deployment.Time.WithClockAsync(fetcher.StopAsync(), Promise);
    }
}
