using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Seeding;

/// <summary>When a seeder seeds: what is asked for, agreed and piled up; and that no clock makes a storm of it.</summary>
[Collection(FakeClock.Name)]
public sealed class SeedingNeedTests
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task TwoSeeders_ConfiguredDifferently_GoByWhatIsAgreed()
    {
        await using var deployment = new Deployment(intervalSeconds: 10, shardSize: 4);
        await deployment.SeedAsync(Enumerable.Range(1, 40).Select(id => (long)id));
        var one = deployment.NewSeeder();
        var other = deployment.NewSeeder(new SeedingOptions { Interval = TimeSpan.FromSeconds(20), ShardSize = 2 });
        for (var round = 0; round < 36; round++)
        {
            (await other.RoundAsync()).DidWork.ShouldBeFalse();
            (await one.RoundAsync()).DidWork.ShouldBeFalse();
            deployment.Time.Advance(Round);
        }
        deployment.Shards().Count.ShouldBe(10);
        deployment.Store.Sealed!.Interval.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task TwoSeeders_OnAnEmptyStoreAtOnce_SeedOnceByOneConfiguration()
    {
        await using var deployment = new Deployment();
        await deployment.Store.AddInfluencersAsync([1, 2, 3], 0, CancellationToken.None);
        var other = deployment.NewSeeder(new SeedingOptions { Interval = TimeSpan.FromSeconds(20), ShardSize = 2 });
        var isFirst = true;
        deployment.Store.OnStep = async step =>
        {
            if (!isFirst || !step.EndsWith("agree on setting:done", StringComparison.Ordinal))
                return;
            isFirst = false;
            await other.RoundAsync();
        };
        await deployment.NewSeeder().RoundAsync();
        await other.RoundAsync();
        deployment.Store.Sealed!.ShouldSatisfyAllConditions(
            generation => generation.Generation.ShouldBe(1),
            generation => generation.Interval.ShouldBe(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Request_WhileASeedingRuns_IsAnsweredByOneMore()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
        var isFirst = true;
        deployment.Queues.Shards.OnStep = async _ =>
        {
            if (isFirst)
                await deployment.Store.RequestGenerationAsync(CancellationToken.None);
            isFirst = false;
        };
        var seeder = deployment.NewSeeder();
        (await seeder.RoundAsync()).DidWork.ShouldBeTrue();
        (await seeder.RoundAsync()).DidWork.ShouldBeTrue("the roster may have changed after the running one read it");
        (await seeder.RoundAsync()).DidWork.ShouldBeFalse();
        deployment.Store.Sealed!.Generation.ShouldBe(3);
    }

    [Fact]
    public async Task ClockThreeHoursAheadAtFirst_ThenRightAndAnotherIntervalAsked_SeedsExactlyOnceMore()
    {
        await using var deployment = new Deployment();
        deployment.Time.AdjustTime(Deployment.Midnight + TimeSpan.FromHours(3));
        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
        await deployment.SeedAsync(1, 2, 3);
        deployment.Time.AdjustTime(Deployment.Midnight);
        await deployment.AgreeAsync(TimeSpan.FromSeconds(20));
        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
        await RunAsync(deployment, rounds: 60);
        deployment.Store.Sealed!.Generation.ShouldBe(2);
        deployment.Store.Sealed!.Interval.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-4)]
    [InlineData(365)]
    public async Task StoresClock_StepsBackAndForth_SeedsAtMostOnceInTenIntervals(int days)
    {
        await using var deployment = new Deployment(intervalSeconds: 10);
        await deployment.SeedAsync(1, 2, 3);
        var seeder = deployment.NewSeeder();
        for (var round = 0; round < 200; round++)
        {
            deployment.Store.ClockAhead = round % 2 == 0 ? TimeSpan.FromDays(days) : TimeSpan.Zero;
            await seeder.RoundAsync();
            deployment.Time.Advance(Round);
        }
        // 1,000 s are 100 intervals. The one found at start is as old as the store says.
        deployment.Store.Sealed!.Generation.ShouldBeInRange(1, 1 + 1 + 10);
    }

    [Fact]
    public async Task SeedersClock_FarAheadOfTheStores_DoesNotCount()
    {
        await using var deployment = new Deployment();
        deployment.Store.ClockAhead = TimeSpan.FromDays(-30);
        await deployment.SeedAsync(1, 2, 3);
        await RunAsync(deployment, rounds: 100);
        deployment.Store.Sealed!.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task SmallShards_AFifthMoreThanNeeded_AreGatheredUpOnceInTenIntervals()
    {
        await using var deployment = new Deployment(intervalSeconds: 10, shardSize: 4);
        await deployment.SeedAsync(Enumerable.Range(1, 40).Select(id => (long)id));
        // 42 ids need 11 shards, and there are 12.
        await deployment.Roster.TrackAsync([101], CancellationToken.None);
        await deployment.Roster.TrackAsync([102], CancellationToken.None);
        await RunAsync(deployment, rounds: 30);
        deployment.Store.Sealed!.Generation.ShouldBe(1);

        // 44 ids need 11 shards, and there are 14.
        await deployment.Roster.TrackAsync([103], CancellationToken.None);
        await deployment.Roster.TrackAsync([104], CancellationToken.None);
        await deployment.NewSeeder().RoundAsync();
        deployment.Store.Sealed!.Generation.ShouldBe(2);
        deployment.Shards().Where(shard => shard.Generation == 2).Select(shard => shard.Ids.Count).ShouldBe(Enumerable.Repeat(4, 11));

        for (var id = 201; id <= 210; id++)
            await deployment.Roster.TrackAsync([id], CancellationToken.None);
        // 100 s are ten intervals.
        await RunAsync(deployment, rounds: 20);
        deployment.Store.Sealed!.Generation.ShouldBe(2);
        await RunAsync(deployment, rounds: 1);
        deployment.Store.Sealed!.Generation.ShouldBe(3);
        await RunAsync(deployment, rounds: 100);
        deployment.Store.Sealed!.Generation.ShouldBe(3);
    }

    [Fact]
    public async Task ManyRemoved_ShardsThatAreNoLongerNeeded_AreGatheredUp()
    {
        await using var deployment = new Deployment(shardSize: 4);
        await deployment.SeedAsync(Enumerable.Range(1, 40).Select(id => (long)id));
        await deployment.Roster.UntrackAsync([.. Enumerable.Range(1, 20).Select(id => (long)id)], CancellationToken.None);
        await RunAsync(deployment, rounds: 100);
        deployment.Store.Sealed!.ShouldSatisfyAllConditions(
            generation => generation.Generation.ShouldBe(2),
            generation => generation.Shards.ShouldBe(5));
    }

    private static async Task RunAsync(Deployment deployment, int rounds)
    {
        // Each in a process of its own: what one remembers must not be needed.
        for (var round = 0; round < rounds; round++)
        {
            await deployment.NewSeeder().RoundAsync();
            deployment.Time.Advance(Round);
        }
    }
}
