using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Seeding;

[Collection(FakeClock.Name)]
public sealed class SeederTests
{
    [Fact]
    public async Task Run_NothingSealedForTenDays_IsToldOnceAndWhenItIsOver()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1);
        await deployment.Store.TryAcquireLeaseAsync("seeder", "another", TimeSpan.FromDays(11), CancellationToken.None);
        var seeder = deployment.NewSeeder();
        deployment.Time.Advance(TimeSpan.FromDays(10.5));
        for (var round = 0; round < 20; round++)
            await seeder.RoundAsync();
        deployment.Logs.Warnings.ShouldHaveSingleItem().ShouldContain("Nothing was sealed since generation 1");
        deployment.Time.Advance(TimeSpan.FromDays(1));
        await seeder.RoundAsync();
        await seeder.RoundAsync();
        deployment.Logs.Messages[^1].ShouldBe("A generation is sealed again, 86400 s after the alert.");
    }

    [Fact]
    public async Task Round_NothingSealed_SeedsAllWithPhasesSpreadAndSeals()
    {
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 10);
        await deployment.SeedAsync(Enumerable.Range(1, 995).Select(id => (long)id));
        var shards = deployment.Shards();
        shards.SelectMany(shard => shard.Ids).Order().ShouldBe(Enumerable.Range(1, 995).Select(id => (long)id));
        shards.ShouldAllBe(shard => shard.Generation == 1 && shard.Count == 100 && shard.Ids.Count <= 10 && shard.Interval == TimeSpan.FromMinutes(1));
        shards.Select(shard => shard.PhaseMs).ShouldBe(Enumerable.Range(0, 100).Select(number => number * 600L));
        deployment.Store.Sealed!.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Round_FirstSeeding_NeedNotWaitForTheDueTimeButComesGently()
    {
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 500);
        await deployment.SeedAsync(Enumerable.Range(1, 50_000).Select(id => (long)id));
        var delays = deployment.Queues.Shards.VisibleAt.Select(at => at - deployment.NowMs).ToList();
        // 2,000 ids a second, unless its own due time comes first.
        for (var i = 0; i < delays.Count; i++)
            delays[i].ShouldBeLessThanOrEqualTo(i * 500 / 2);
        delays.Max().ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public async Task Round_OneShardIsNotTakenAtFirst_IsSentAgain()
    {
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 10);
        var calls = 0;
        deployment.Queues.Shards.FailsOf = (operation, index) => operation == "send" && index == 3 && calls++ == 0;
        await deployment.SeedAsync(Enumerable.Range(1, 100).Select(id => (long)id));
        calls.ShouldBe(1);
        deployment.Shards().SelectMany(shard => shard.Ids).Order().ShouldBe(Enumerable.Range(1, 100).Select(id => (long)id));
        deployment.Store.Sealed!.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Round_OneShardIsNeverTaken_SealsNothing()
    {
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 10);
        deployment.Queues.Shards.FailsOf = (operation, _) => operation == "send" && deployment.Shards().Count >= 9;
        await Should.ThrowAsync<QueueUnavailableException>(() => deployment.SeedAsync(Enumerable.Range(1, 100).Select(id => (long)id)));
        deployment.Shards().Count.ShouldBe(9);
        deployment.Store.Sealed.ShouldBeNull();
    }

    [Fact]
    public async Task EmptyQueueWatch_QueueLostItsShards_HasTheRosterSeededOnce()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        var watch = new EmptyQueueWatch(deployment.Queues, deployment.Store, deployment.Store, deployment.Health, deployment.Time, deployment.Logs.For<EmptyQueueWatch>());
        for (var look = 0; look < 5; look++)
            await watch.RoundAsync();
        (await deployment.Store.ReadGenerationsAsync(CancellationToken.None)).IsRequested.ShouldBeFalse("its shards are there");

        deployment.Queues.Shards.RemoveAll();
        for (var look = 0; look < 5; look++)
            await watch.RoundAsync();
        deployment.Logs.Warnings.ShouldHaveSingleItem().ShouldContain("holds no shard");
        await deployment.NewSeeder().RoundAsync();
        deployment.Shards().SelectMany(shard => shard.Ids).Order().ShouldBe([1, 2, 3]);
        deployment.Store.Sealed!.Generation.ShouldBe(2);
    }

    [Fact]
    public async Task Round_IntervalTooShortForTheQueue_IsRefusedWithTheReason()
    {
        await using var deployment = new Deployment(intervalSeconds: 2, granularity: TimeSpan.FromSeconds(1));
        await deployment.Store.AddInfluencersAsync([1], 0, CancellationToken.None);
        (await deployment.NewSeeder().RoundAsync()).BlockedBecause.ShouldNotBeNull().ShouldContain("5 s at the least");
        deployment.Store.Sealed.ShouldBeNull();
    }

    [Fact]
    public async Task Round_EmptyRoster_SealsWithoutShards()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync();
        deployment.Shards().ShouldBeEmpty();
        deployment.Store.Sealed!.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Round_NothingChanged_SeedsNoMore()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        (await deployment.NewSeeder().RoundAsync()).DidWork.ShouldBeFalse();
        deployment.Store.Sealed!.Generation.ShouldBe(1);
    }

    [Theory]
    [InlineData(20, 4, 0)]
    [InlineData(10, 2, 0)]
    [InlineData(10, 4, 72)]
    public async Task Round_IntervalOrShardSizeOrAge_SeedsAgain(int intervalSeconds, int shardSize, int hours)
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await deployment.AgreeAsync(TimeSpan.FromSeconds(intervalSeconds), shardSize);
        deployment.Time.Advance(TimeSpan.FromHours(hours));
        await deployment.NewSeeder().RoundAsync();
        deployment.Store.Sealed!.ShouldSatisfyAllConditions(
            generation => generation.Generation.ShouldBe(2),
            generation => generation.Interval.ShouldBe(deployment.Seeding.Interval),
            generation => generation.ShardSize.ShouldBe(shardSize));
        deployment.Shards().Where(shard => shard.Generation == 2).SelectMany(shard => shard.Ids).Order().ShouldBe([1, 2, 3]);
        deployment.Shards().Where(shard => shard.Generation == 2).ShouldAllBe(shard => shard.Interval == deployment.Seeding.Interval);
    }

    [Fact]
    public async Task Round_AnotherSeederDidItMeanwhile_DoesNotDoItAgain()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
        var isFirst = true;
        deployment.Store.OnStep = async step =>
        {
            if (step != "store: lease" || !isFirst)
                return;
            isFirst = false;
            await deployment.NewSeeder().RoundAsync();
        };
        (await deployment.NewSeeder().RoundAsync()).DidWork.ShouldBeFalse();
        deployment.Store.Sealed!.Generation.ShouldBe(2);
    }

    [Fact]
    public async Task Round_AnotherSeederAtWork_LeavesItToThat()
    {
        await using var deployment = new Deployment();
        await deployment.Store.TryAcquireLeaseAsync("seeder", "another", TimeSpan.FromMinutes(1), CancellationToken.None);
        (await deployment.NewSeeder().RoundAsync()).DidWork.ShouldBeFalse();
        deployment.Store.Sealed.ShouldBeNull();
        deployment.Time.Advance(TimeSpan.FromMinutes(1));
        await deployment.NewSeeder().RoundAsync();
        deployment.Store.Sealed.ShouldNotBeNull();
    }

    [Fact]
    public async Task Round_DiesHalfWay_LeavesTheOldGenerationLive()
    {
        await using var deployment = new Deployment(shardSize: 1);
        await deployment.SeedAsync(Enumerable.Range(1, 50).Select(id => (long)id));
        await deployment.AgreeAsync(TimeSpan.FromSeconds(20));
        var sends = 0;
        deployment.Queues.Shards.OnStep = step => step.EndsWith("send", StringComparison.Ordinal) && ++sends == 2
            ? throw new InvalidOperationException("The process dies.")
            : ValueTask.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(deployment.NewSeeder().RoundAsync().AsTask());
        deployment.Store.Sealed!.Generation.ShouldBe(1);
        deployment.Shards().Count(shard => shard.Generation == 1).ShouldBe(50);

        deployment.Queues.Shards.OnStep = null;
        await deployment.NewSeeder().RoundAsync();
        deployment.Store.Sealed!.Generation.ShouldBe(3);
        deployment.Shards().Where(shard => shard.Generation == 3).SelectMany(shard => shard.Ids).Count().ShouldBe(50);
    }

    [Fact]
    public async Task Round_AddedDuringTheSeeding_IsInTheNewGenerationBeforeItIsSealed()
    {
        await using var deployment = new Deployment(shardSize: 1);
        await deployment.SeedAsync(Enumerable.Range(100, 50).Select(id => (long)id));
        await deployment.AgreeAsync(TimeSpan.FromSeconds(20));
        // Before everything that the seeder reads already: it would not find them by itself.
        var added = 0L;
        deployment.Queues.Shards.OnStep = async step =>
        {
            if (step.EndsWith("send", StringComparison.Ordinal) && added < 3 && deployment.Store.Sealed!.Generation == 1)
                await deployment.Roster.TrackAsync([++added], CancellationToken.None);
        };
        await deployment.NewSeeder().RoundAsync();
        deployment.Store.Sealed!.Generation.ShouldBe(2);
        deployment.Shards().Where(shard => shard.Generation == 2).SelectMany(shard => shard.Ids).Distinct().Count().ShouldBe(53);
    }

    [Fact]
    public async Task Round_RosterComesInAfterItWasCounted_IsSpreadOverTheInterval()
    {
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 10);
        await deployment.Store.AddInfluencersAsync([1, 2, 3], 0, CancellationToken.None);
        // Counted, and only then read.
        deployment.Store.OnStep = async step =>
        {
            if (step != "store: allocate")
                return;
            deployment.Store.OnStep = null;
            await deployment.Store.AddInfluencersAsync([.. Enumerable.Range(4, 997).Select(id => (long)id)], 0, CancellationToken.None);
        };
        await deployment.NewSeeder().RoundAsync();
        var shards = deployment.Shards();
        shards.SelectMany(shard => shard.Ids).Distinct().Count().ShouldBe(1000);
        // Each tenth of the interval has its part: all of them at one moment are a stampede at the provider.
        var tenths = shards.CountBy(shard => shard.PhaseMs / 6000).ToDictionary();
        tenths.Count.ShouldBe(10);
        tenths.Values.Max().ShouldBeLessThan(shards.Count / 4);
    }

    [Fact]
    public async Task Track_SealedInBetween_SendsItUnderTheNewGeneration()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await deployment.AgreeAsync(TimeSpan.FromSeconds(20));
        var isFirst = true;
        deployment.Queues.Shards.OnStep = async step =>
        {
            if (!isFirst)
                return;
            isFirst = false;
            await deployment.NewSeeder().RoundAsync();
        };
        var result = await deployment.Roster.TrackAsync([77], CancellationToken.None);
        result.Added.ShouldBe(1);
        deployment.Shards().ShouldContain(shard => shard.Generation == 2 && shard.Ids.Contains(77));
    }

    [Fact]
    public async Task Track_SomeTrackedSomeTwice_CountsEachOnce()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        var result = await deployment.Roster.TrackAsync([2, 3, 4, 5, 5], CancellationToken.None);
        (result.Added, result.AlreadyTracked).ShouldBe((2, 2));
        (await deployment.Roster.TrackAsync([4, 5], CancellationToken.None)).Added.ShouldBe(0);
        deployment.Shards().SelectMany(shard => shard.Ids).Order().ShouldBe([1, 2, 3, 4, 5]);
        (await deployment.Roster.UntrackAsync([5, 6], CancellationToken.None)).ShouldBe(1);
        (await deployment.Roster.TrackAsync([5], CancellationToken.None)).Added.ShouldBe(1);
    }

    [Fact]
    public async Task Round_FetcherStartsRightAfterASealing_NoSlotHasAGap()
    {
        await using var deployment = new Deployment(shardSize: 3);
        await deployment.SeedAsync(Enumerable.Range(1, 30).Select(id => (long)id));
        var before = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(2.1);
        await deployment.Time.WithClockAsync(before.StopAsync(), TimeSpan.FromSeconds(10));

        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
        await deployment.NewSeeder().RoundAsync();
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(4);
        foreach (var id in deployment.Store.Roster)
            deployment.SlotsOf(id).Take(6).ShouldBe([0, 1, 2, 3, 4, 5], $"of {id}");
        deployment.Shards().ShouldAllBe(shard => shard.Generation == 2);
    }

    [Fact]
    public async Task Round_LongerInterval_TheOldShardsGoOnUntilItsFirstSlot()
    {
        await using var deployment = new Deployment(intervalSeconds: 10, shardSize: 3);
        await deployment.SeedAsync(Enumerable.Range(1, 12).Select(id => (long)id));
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1.5);
        await deployment.AgreeAsync(TimeSpan.FromSeconds(60));
        await deployment.NewSeeder().RoundAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(180));
        foreach (var id in deployment.Store.Roster)
        {
            var seconds = deployment.Store.Points.Where(point => point.InfluencerId == id).Select(point => (point.Slot - Deployment.Midnight.ToUnixTimeMilliseconds()) / 1000);
            seconds.Where(second => second is >= 0 and <= 120).ShouldBe([0, 10, 20, 30, 40, 50, 60, 120], $"of {id}");
        }
        deployment.Shards().ShouldAllBe(shard => shard.Generation == 2);
    }

    [Fact]
    public async Task Round_SealedSeveralTimesAnInterval_SupersededShardsGoAndNoSlotHasAGap()
    {
        await using var deployment = new Deployment(shardSize: 3);
        await deployment.SeedAsync(Enumerable.Range(1, 30).Select(id => (long)id));
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        var seeder = deployment.NewSeeder();
        for (var sealing = 0; sealing < 15; sealing++)
        {
            await deployment.AdvanceIntervalsAsync(0.3);
            await deployment.Store.RequestGenerationAsync(CancellationToken.None);
            await seeder.RoundAsync();
            // Those that wait for the next slot, and those that are fetched in this one.
            deployment.Shards().Count.ShouldBeLessThanOrEqualTo(80, $"after sealing {sealing}");
        }
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Shards().Select(shard => shard.Generation).ShouldBe(Enumerable.Repeat(16L, 10));
        foreach (var id in deployment.Store.Roster)
            deployment.SlotsOf(id).Take(6).ShouldBe([0, 1, 2, 3, 4, 5], $"of {id}");
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.75)]
    [InlineData(0.95)]
    public async Task Round_SeedsAgainInTheMiddleOfASlot_NoSlotHasAGap(double at)
    {
        await using var deployment = new Deployment(shardSize: 3);
        await deployment.SeedAsync(Enumerable.Range(1, 30).Select(id => (long)id * 1000));
        // Added ones have a phase by hash; seeded again each gets its place in the order of ids.
        for (var id = 1L; id <= 40; id++)
            await deployment.Roster.TrackAsync([id * 777], CancellationToken.None);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(2 + at);
        await deployment.Roster.UntrackAsync([777], CancellationToken.None);
        await deployment.AdvanceIntervalsAsync(1);
        var asked = deployment.Provider.Asked.Count(asked => asked.Id == 777);

        await deployment.AgreeAsync(shardSize: 4);
        await deployment.NewSeeder().RoundAsync();
        await deployment.AdvanceIntervalsAsync(4);
        foreach (var id in deployment.Store.Roster)
            deployment.SlotsOf(id).Take(6).ShouldBe([0, 1, 2, 3, 4, 5], $"of {id}");
        deployment.Shards().ShouldAllBe(shard => shard.Generation == 2);
        deployment.Provider.Asked.Count(asked => asked.Id == 777).ShouldBe(asked, "removed is removed");
    }
}
