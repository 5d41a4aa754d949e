using CsCheck;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.IdLists;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Roles;

public sealed class UpRosterTests
{
    private readonly RecordingStore _store = new();
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    private UpRoster Roster => new(_store, _store, _store, new RosterImport(_store, _store, _store));

    [Fact]
    public async Task Start_FreshDirectory_BeginsWithTheDefault()
    {
        await StartAsync(null);

        _store.Roster.Count.ShouldBe(UpOptions.DefaultInfluencers);
        _store.Roster.Min.ShouldBe(1_000_000);
        _store.TrackedByService.ShouldBe(0);
    }

    [Fact]
    public async Task Start_DirectorySeededBefore_LeavesItAsItIs()
    {
        _store.Roster.Add(42);

        await StartAsync(null);

        _store.Roster.ShouldBe([42]);
    }

    [Fact]
    public async Task Start_AgainWithoutOptions_ChangesNothing()
    {
        await StartAsync(5);
        _store.Roster.Remove(1_000_002);

        var change = await StartAsync(null);

        change.ShouldBe(default);
        _store.Roster.ShouldNotContain(1_000_002);
    }

    [Fact]
    public async Task Start_SmallerRange_RemovesTheRestAndKeepsWhatWasAddedByHand()
    {
        await StartAsync(10);
        _store.Roster.Add(77);

        var change = await StartAsync(4);

        change.ShouldBe(new UpRosterChange(0, 6));
        _store.Roster.ShouldBe([77, 1_000_000, 1_000_001, 1_000_002, 1_000_003]);
    }

    [Fact]
    public async Task Start_LargerRangeAfterASealing_AddsThroughTheServiceThatSendsShards()
    {
        await StartAsync(3);
        _store.Sealed = new SealedGeneration(1, TimeSpan.FromMinutes(1), 500, 0);

        var change = await StartAsync(5);

        change.ShouldBe(new UpRosterChange(2, 0));
        _store.TrackedByService.ShouldBe(2);
    }

    [Fact]
    public async Task Start_NoInfluencersAtAll_EmptiesTheRange()
    {
        await StartAsync(3);

        await StartAsync(0);

        _store.Roster.ShouldBeEmpty();
        (await StartAsync(null)).ShouldBe(default);
        _store.Roster.ShouldBeEmpty();
    }

    [Fact]
    public async Task FreshStart_SeedsEachInfluencerOnce()
    {
        await using var deployment = new Deployment(shardSize: 7);
        var roster = new UpRoster(deployment.Store, deployment.Store, deployment.Store, new RosterImport(deployment.Store, deployment.Store, deployment.Roster));
        await roster.ApplyAsync(new IdRange(1_000_000, 100), null, _cancellationToken);
        var seeder = deployment.NewSeeder();
        for (var round = 0; round < 3; round++)
            await seeder.RoundAsync();
        deployment.Shards().SelectMany(shard => shard.Ids).Order().ShouldBe(new IdRange(1_000_000, 100).Ids);
        deployment.Store.Sealed!.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Start_RosterChanged_AsksForANewGeneration()
    {
        await StartAsync(20);
        _store.Requests.ShouldBe(1);
        await StartAsync(20);
        _store.Requests.ShouldBe(1);
        await StartAsync(10);
        _store.Requests.ShouldBe(2);
    }

    [Fact]
    public void Starts_CutShortAnywhere_TheNextOneReachesTheLastTarget() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 8]).List[1, 6].Sample(steps =>
        {
            var store = new RecordingStore();
            store.Roster.Add(77);
            var roster = new UpRoster(store, store, store, new RosterImport(store, store, store));
            foreach (var (count, writes) in steps)
            {
                store.DieAfter(writes);
                try
                {
                    Complete(roster.ApplyAsync(new IdRange(1_000_000, count), null, CancellationToken.None));
                }
                catch (StoreUnavailableException)
                {
                    // Cut short.
                }
            }
            store.Revive();
            var target = Complete(roster.DecideAsync(new UpOptions(), CancellationToken.None)) ?? new IdRange(1_000_000, steps[^1].Item1);
            Complete(roster.ApplyAsync(target, null, CancellationToken.None));
            store.Roster.ShouldBe(target.Ids.Prepend(77));
        });

    // Nothing here really waits: the store is in memory.
    private static T Complete<T>(Task<T> task)
    {
        task.IsCompleted.ShouldBeTrue();
        return task.GetAwaiter().GetResult();
    }

    private async Task<UpRosterChange> StartAsync(int? influencers)
    {
        var roster = Roster;
        return await roster.DecideAsync(new UpOptions { Influencers = influencers }, _cancellationToken) is { } target
            ? await roster.ApplyAsync(target, null, _cancellationToken)
            : default;
    }
}
