using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Suspicion.Seeding;

[Collection(FakeClock.Name)]
public sealed class SuspicionSeederTests
{
    private static readonly SuspicionOptions Options = new() { ShardSize = 10 };

    [Fact]
    public async Task Round_GenerationIsSealed_SendsEachInfluencerOnceWithPhasesSpread()
    {
        await using var deployment = new Deployment();
        var seeder = ClassifierProcess.NewSeeder(deployment, Options);
        await seeder.RoundAsync();
        deployment.Queues.Checks.Bodies.ShouldBeEmpty();
        await deployment.SeedAsync(Enumerable.Range(1, 995).Select(id => (long)id));
        for (var round = 0; round < 3; round++)
            await seeder.RoundAsync();
        var shards = ClassifierProcess.Shards(deployment);
        shards.SelectMany(shard => shard.Ids).Order().ShouldBe(Enumerable.Range(1, 995).Select(id => (long)id));
        shards.ShouldAllBe(shard => shard.Generation == 1 && shard.Count == 100 && shard.Period == TimeSpan.FromDays(1));
        shards.Select(shard => shard.PhaseMs).ShouldBe(Enumerable.Range(0, 100).Select(number => number * 828_000L));
        // Looked through at 20 a second, unless it is due before.
        var delays = deployment.Queues.Checks.VisibleAt.Select(at => at - deployment.NowMs).ToList();
        for (var i = 0; i < delays.Count; i++)
            delays[i].ShouldBe(i * 500);
    }

    [Fact]
    public async Task Round_LaterGeneration_IsSentAndNotedAfterItsLastShard()
    {
        await using var deployment = new Deployment();
        var seeder = ClassifierProcess.NewSeeder(deployment, Options);
        await deployment.SeedAsync(Enumerable.Range(1, 30).Select(id => (long)id));
        await seeder.RoundAsync();
        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
        await deployment.NewSeeder().RoundAsync();
        deployment.Queues.Checks.FailsOf = (operation, _) => operation == "send" && ClassifierProcess.Shards(deployment).Count >= 5;
        await Should.ThrowAsync<QueueUnavailableException>(async () => await seeder.RoundAsync());
        (await SeededAsync(deployment)).Generation.ShouldBe(1);
        deployment.Queues.Checks.FailsOf = null;
        await seeder.RoundAsync();
        // What was sent of the second is superseded as well: else those of it would be judged twice a day.
        (await SeededAsync(deployment)).ShouldSatisfyAllConditions(seeded => seeded.Generation.ShouldBe(2), seeded => seeded.Number.ShouldBe(3));
        ClassifierProcess.Shards(deployment).Count(shard => shard.Generation == 2).ShouldBe(2);
        ClassifierProcess.Shards(deployment).Where(shard => shard.Generation == 3).SelectMany(shard => shard.Ids).Order().ShouldBe(Enumerable.Range(1, 30).Select(id => (long)id));
    }

    [Fact]
    public async Task Round_ChecksQueueIsMissing_HoldsUpNoSeedingOfTheMinuteLane()
    {
        await using var deployment = new Deployment();
        deployment.Queues.Checks.IsAway = true;
        await deployment.SeedAsync(1, 2, 3);
        deployment.Store.Sealed!.Generation.ShouldBe(1);
        await Should.ThrowAsync<QueueUnavailableException>(async () => await ClassifierProcess.NewSeeder(deployment, Options).RoundAsync());
    }

    [Fact]
    public async Task Round_AddedMeanwhile_GetASmallShardOnceAMinute()
    {
        await using var deployment = new Deployment();
        var seeder = ClassifierProcess.NewSeeder(deployment, Options);
        await deployment.SeedAsync(1, 2, 3);
        await seeder.RoundAsync();
        await seeder.RoundAsync();
        await deployment.Roster.TrackAsync([7, 8], CancellationToken.None);
        deployment.Time.Advance(TimeSpan.FromMinutes(1));
        for (var round = 0; round < 3; round++)
            await seeder.RoundAsync();
        var added = ClassifierProcess.Shards(deployment).Single(shard => shard.Count == Shard.AddedShardCount);
        added.Generation.ShouldBe(1);
        added.Ids.ShouldBe([7L, 8L], ignoreOrder: true);
        deployment.Time.Advance(TimeSpan.FromMinutes(1));
        await seeder.RoundAsync();
        ClassifierProcess.Shards(deployment).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Round_QueueLostItsShards_SendsThemAgain()
    {
        await using var deployment = new Deployment();
        var seeder = ClassifierProcess.NewSeeder(deployment, Options);
        await deployment.SeedAsync(1, 2, 3);
        await seeder.RoundAsync();
        deployment.Queues.Checks.RemoveAll();
        for (var look = 0; look < 4; look++)
            await seeder.RoundAsync();
        ClassifierProcess.Shards(deployment).ShouldHaveSingleItem().Ids.ShouldBe([1L, 2L, 3L]);
    }

    [Fact]
    public async Task Round_AnotherHasTheLeaseOrItIsOff_SendsNothing()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await ClassifierProcess.NewSeeder(deployment, Options with { Enabled = false }).RoundAsync();
        await deployment.Store.TryAcquireLeaseAsync("suspicion seeder", "another", TimeSpan.FromHours(1), CancellationToken.None);
        await ClassifierProcess.NewSeeder(deployment, Options).RoundAsync();
        deployment.Queues.Checks.Bodies.ShouldBeEmpty();
    }

    private static ValueTask<SeededChecks> SeededAsync(Deployment deployment) => SeededChecks.ReadAsync(deployment.Store, CancellationToken.None);
}
