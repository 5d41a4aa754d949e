using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

[Collection(FakeClock.Name)]
public sealed class FetcherTests
{
    private static readonly long[] Twenty = [.. Enumerable.Range(1, 20).Select(id => (long)id)];

    [Fact]
    public async Task Run_UnreadableWhileTheLettersAreAway_StaysInTheQueueAndHoldsUpNobody()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3, 4, 5, 6);
        deployment.Queues.LettersAreAway = true;
        await deployment.Queues.Shards.SendTextAsync("what?");
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(5);
        deployment.SlotsOf(1).ShouldBe([0, 1, 2, 3, 4]);
        deployment.SlotsOf(6).Count.ShouldBeGreaterThanOrEqualTo(4);
        fetcher.Problems.ShouldBeEmpty();
        deployment.Queues.Shards.DeadLetters.ShouldBeEmpty();
        deployment.Queues.LettersAreAway = false;
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Queues.Shards.DeadLetters.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_EntriesOfBatchesFailByThemselves_LosesNothing()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Enumerable.Range(1, 40).Select(id => (long)id));
        var calls = 0;
        // Every third entry of whatever is asked of the queues.
        deployment.Queues.Shards.FailsOf = deployment.Queues.Points.FailsOf = (_, _) => Interlocked.Increment(ref calls) % 3 == 0;
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(6);
        calls.ShouldBeGreaterThan(50);
        for (var id = 1; id <= 40; id++)
            deployment.SlotsOf(id).Where(slot => slot is > 0 and < 5).ShouldBe([1, 2, 3, 4], $"influencer {id}");
        deployment.Shards().SelectMany(shard => shard.Ids).Order().ShouldBe(Enumerable.Range(1, 40).Select(id => (long)id));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(5, 1000)]
    [InlineData(60, 1)]
    [InlineData(60, 1000)]
    public async Task Run_SeveralIntervals_EveryInfluencerOncePerSlotOnTheGrid(int intervalSeconds, int granularityMs)
    {
        await using var deployment = new Deployment(intervalSeconds, granularity: TimeSpan.FromMilliseconds(granularityMs));
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(5.5);

        var phases = deployment.Shards().SelectMany(shard => shard.Ids.Select(id => (id, shard.PhaseMs))).ToDictionary();
        foreach (var id in Twenty)
        {
            var slots = deployment.SlotsOf(id);
            slots.Count.ShouldBeInRange(5, 6);
            slots.ShouldBe(Enumerable.Range(0, slots.Count).Select(slot => (long)slot), $"of {id}");
        }
        deployment.AskedSlots().ShouldAllBe(slots => slots.Distinct().Count() == slots.Count());
        foreach (var point in deployment.Store.Points.Where(point => point.Slot > Deployment.Midnight.ToUnixTimeMilliseconds()))
            (point.RetrievedAt - point.Slot - phases[point.InfluencerId]).ShouldBeInRange(0, deployment.IntervalMs / 2, $"{point} was late or early");
    }

    [Fact]
    public async Task Run_SlowProviderAndTwoFetchers_HoldsAreRenewedAndNothingIsAskedTwice()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1);
        // The hold is 3 s; a visit takes 8.
        deployment.Provider.Latency = TimeSpan.FromSeconds(8);
        await deployment.AdvanceIntervalsAsync(4);
        deployment.AskedSlots().ShouldAllBe(slots => slots.Distinct().Count() == slots.Count());
        foreach (var id in Twenty)
            deployment.SlotsOf(id).Take(4).ShouldBe([0, 1, 2, 3], $"of {id}");
    }

    [Fact]
    public async Task Run_VisitsOfAHoldOfThreeSeconds_AlwaysHaveMoreLeftThanTheReArmingWaitsForOthers()
    {
        await using var deployment = new Deployment(5);
        await deployment.SeedAsync(1);
        deployment.Provider.Latency = TimeSpan.FromSeconds(4);
        await deployment.StartFetcherAsync();
        await deployment.Time.AdvanceUntilAsync(() => deployment.Provider.InFlight == 1, TimeSpan.FromSeconds(10));
        var least = long.MaxValue;
        for (var i = 0; i < 60 && deployment.Provider.InFlight == 1; i++)
        {
            least = Math.Min(least, deployment.Queues.Shards.VisibleAt.Single() - deployment.NowMs);
            await deployment.Time.AdvanceAsync(TimeSpan.FromMilliseconds(50));
        }
        // A second on SQS, and the call itself.
        least.ShouldBeInRange(1550, 2100);
    }

    [Fact]
    public async Task Run_SupersededShard_IsDeletedUnasked()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.Time.AdvanceUntilAsync(() => fetcher.Roster.Snapshot != RosterSnapshot.None, TimeSpan.FromSeconds(5));
        await deployment.AdvanceIntervalsAsync(2);
        await deployment.SendAsync(new Shard(0, 0, 1, deployment.Seeding.Interval, [77]));
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Shards().ShouldAllBe(shard => shard.Generation == 1);
        deployment.Provider.Asked.ShouldNotContain(asked => asked.Id == 77);
    }

    [Fact]
    public async Task Run_SupersededShardWhileTheStoreIsAway_IsKeptAndFetched()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2);
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Store.IsAway = true;
        await deployment.AdvanceIntervalsAsync(1);
        await deployment.SendAsync(new Shard(0, 0, 1, deployment.Seeding.Interval, [77]));
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Shards().ShouldContain(shard => shard.Generation == 0);
        deployment.Provider.Asked.ShouldContain(asked => asked.Id == 77);

        deployment.Store.IsAway = false;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Shards().All(shard => shard.Generation > 0), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Run_StoreAwayFromTheStart_FetchesAllTheSame()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        deployment.Store.IsAway = true;
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Batches().SelectMany(batch => batch.Points).Select(point => (point.InfluencerId, point.Slot)).Distinct().Count().ShouldBeGreaterThanOrEqualTo(40);
    }

    [Fact]
    public async Task Run_RemovedInfluencer_IsNoLongerAskedFor()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(1);
        await deployment.Roster.UntrackAsync([7], CancellationToken.None);
        await deployment.AdvanceIntervalsAsync(0.5);
        var before = deployment.Provider.Asked.Count(asked => asked.Id == 7);
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Provider.Asked.Count(asked => asked.Id == 7).ShouldBe(before);
        deployment.Provider.Asked.Count(asked => asked.Id == 6).ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task Run_GoneInfluencer_IsTriedLessAndLessOftenAndComesBack()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        deployment.Provider.Answer = id => id == 7 ? ScriptedProvider.Failed(MissReason.NotFound) : deployment.Provider.Good(id);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(16.5);
        // Before it is tracked, in three slots, then after 1, 2 and 4 intervals; the next is after 8.
        deployment.AskedSlots()[7].ShouldBe([-1L, 0, 1, 2, 3, 5, 9]);
        (await deployment.Store.CountRosterAsync(CancellationToken.None)).Gone.ShouldBe(1);

        deployment.Provider.Answer = null;
        await deployment.AdvanceIntervalsAsync(17);
        deployment.SlotsOf(7).First().ShouldBe(17);
        (await deployment.Store.CountRosterAsync(CancellationToken.None)).Gone.ShouldBe(0);
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("""{"v":0,"generation":1,"shard":0,"shards":1,"interval":10,"ids":[1]}""")]
    public async Task Run_UnreadableMessage_GoesToTheDeadLettersWithAReason(string body)
    {
        await using var deployment = new Deployment();
        await deployment.Queues.Shards.SendTextAsync(body);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Queues.Shards.Bodies.ShouldBeEmpty();
        deployment.Queues.Shards.DeadLetters.ShouldHaveSingleItem().Reason.ShouldNotBeNullOrWhiteSpace();
        fetcher.Metrics.Snapshot().DeadLettered.ShouldBe(1);
    }

    [Fact]
    public async Task Run_ShardThatCannotBeRead_TheRosterIsAskedForOnceInTenIntervals()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2);
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(1);
        var requests = 0;
        deployment.Store.OnStep = step =>
        {
            requests += step == "store: request" ? 1 : 0;
            return ValueTask.CompletedTask;
        };
        for (var broken = 0; broken < 3; broken++)
        {
            await deployment.Queues.Shards.SendTextAsync("\u0000\u0000generation");
            await deployment.AdvanceIntervalsAsync(1);
        }
        requests.ShouldBe(1);
        (await deployment.Store.ReadGenerationsAsync(CancellationToken.None)).IsRequested.ShouldBeTrue();

        await deployment.AdvanceIntervalsAsync(10);
        requests.ShouldBe(2, "those that came meanwhile were not forgotten");
        await deployment.AdvanceIntervalsAsync(20);
        requests.ShouldBe(2);
    }

    [Fact]
    public async Task Run_ShardThatCannotBeReadWhileTheStoreIsAway_TheRosterIsAskedForSoonAfterItIsBack()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2);
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Store.IsAway = true;
        await deployment.Queues.Shards.SendTextAsync("\u0000\u0000generation");
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Store.IsAway = false;
        await deployment.AdvanceIntervalsAsync(1.5);
        (await deployment.Store.ReadGenerationsAsync(CancellationToken.None)).IsRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_ShardsOfANewerVersion_AreLeftInTheQueueAndCounted()
    {
        await using var deployment = new Deployment();
        for (var shard = 0; shard < 5; shard++)
            await deployment.Queues.Shards.SendTextAsync($$"""{"v":2,"generation":9,"shard":{{shard}},"packed":"…"}""");
        await deployment.SeedAsync(1, 2);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(6);
        deployment.Queues.Shards.Bodies.Count.ShouldBe(6, "they and the shard that can be read");
        deployment.Queues.Shards.DeadLetters.ShouldBeEmpty();
        fetcher.NewerMessages.CountOf(QueueNames.InfluencerIdStore).ShouldBe(5);
        fetcher.Problems.ShouldBeEmpty();
        deployment.SlotsOf(1).Count.ShouldBeGreaterThanOrEqualTo(4, "they hold up nobody");
        // Each is looked at three times an interval, so that a newer fetcher has it within the slot.
        deployment.Queues.Shards.VisibleAt.ShouldAllBe(at => at <= deployment.NowMs + deployment.IntervalMs);
    }

    [Fact]
    public async Task Run_AdditionFromOutside_StaysInTheQueueUntilTheStoreHasIt()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        deployment.Store.IsAway = true;
        await deployment.Queues.Shards.SendTextAsync("""{"influencer_id":1000001}""");
        await deployment.AdvanceIntervalsAsync(4);
        deployment.Queues.Shards.Bodies.Count.ShouldBe(2, "the shard and the addition");

        deployment.Store.IsAway = false;
        await deployment.AdvanceIntervalsAsync(4);
        deployment.Store.Roster.ShouldContain(1_000_001);
        deployment.Queues.Shards.Bodies.Count.ShouldBe(2, "two shards");
        deployment.SlotsOf(1_000_001).Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Run_StoreSlowForAnAddition_FetchesMeanwhile()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Store.Latency = TimeSpan.FromMinutes(10);
        await deployment.Queues.Shards.SendTextAsync("""{"influencer_id":1000001}""");
        await deployment.AdvanceIntervalsAsync(1);
        var before = deployment.Provider.Requests;
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Provider.Requests.ShouldBe(before + 40);
        deployment.Store.Latency = TimeSpan.Zero;
    }

    [Fact]
    public async Task Run_ClockDiffersFromTheQueues_StopsSaysSoAndGoesOnOnceItIsRight()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        var fetcher = await deployment.StartFetcherAsync();
        var difference = TimeSpan.FromSeconds(3);
        deployment.Queues.Shards.OnAnswer = () => fetcher.Clock.Observe(deployment.Time.GetUtcNow() + difference);
        await deployment.AdvanceIntervalsAsync(1.5);
        fetcher.Problems.ShouldContain(problem => problem.Contains("clock", StringComparison.Ordinal));
        var before = deployment.Provider.Requests;
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Provider.Requests.ShouldBe(before);

        difference = TimeSpan.Zero;
        await deployment.AdvanceIntervalsAsync(2);
        fetcher.Problems.ShouldBeEmpty();
        deployment.Provider.Requests.ShouldBeGreaterThanOrEqualTo(before + 20);
    }

    [Fact]
    public async Task Run_QueueAwayForAWhile_IsUnreadyAndLosesNoReadingOfTheSlot()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Twenty);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1.5);
        deployment.Queues.AreAway = true;
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        fetcher.Problems.ShouldContain(problem => problem.Contains("away", StringComparison.Ordinal));
        deployment.Queues.AreAway = false;
        await deployment.AdvanceIntervalsAsync(3);
        fetcher.Problems.ShouldBeEmpty();
        foreach (var id in Twenty)
            deployment.SlotsOf(id).Take(4).ShouldBe([0, 1, 2, 3], $"of {id}");
        deployment.Shards().Count.ShouldBe(5);
    }

    [Fact]
    public async Task Run_MoreThanMayBeInHand_WaitsInTheQueue()
    {
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 100);
        deployment.Fetching = deployment.Fetching with { MaxIdsInHand = 500 };
        await deployment.SeedAsync(Enumerable.Range(1, 5000).Select(id => (long)id));
        deployment.Provider.Latency = Timeout.InfiniteTimeSpan;
        var fetcher = await deployment.StartFetcherAsync();
        var most = 0L;
        for (var i = 0; i < 20; i++)
        {
            await deployment.Time.AdvanceAsync(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(100));
            most = Math.Max(most, fetcher.Holds.IdsInHand);
        }
        // One receive may cross the limit: ten messages.
        most.ShouldBeInRange(500, 500 + 9 * 100);
    }
}
