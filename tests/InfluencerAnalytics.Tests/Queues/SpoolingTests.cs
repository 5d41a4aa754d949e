using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Queues;

/// <summary>A fetcher whose queues are away goes on from its own disk.</summary>
[Collection(FakeClock.Name)]
public sealed class SpoolingTests
{
    private static readonly long[] Forty = [.. Enumerable.Range(1, 40).Select(id => (long)id)];

    [Fact]
    public async Task Run_QueuesAwayForFiveSlots_MissesNoSlot()
    {
        await using var deployment = await StartAsync();
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Queues.AreAway = true;
        await deployment.AdvanceIntervalsAsync(5);
        deployment.Store.Points.Max(point => point.Slot).ShouldBeLessThan(deployment.Slot - 3 * deployment.IntervalMs, "what is read meanwhile waits on the disk");
        (await deployment.Spool!.Queues.Points.GetDepthAsync(CancellationToken.None)).Waiting.ShouldBeGreaterThan(20);
        deployment.Queues.AreAway = false;
        await deployment.AdvanceIntervalsAsync(3);
        ShouldHaveEverySlot(deployment, 1, 9);
        deployment.Shards().SelectMany(shard => shard.Ids).Order().ShouldBe(Forty);
        (await deployment.Spool.Queues.Points.GetDepthAsync(CancellationToken.None)).Bytes.ShouldBe(0);
    }

    [Fact]
    public async Task Run_ProcessDiesWhileTheQueuesAreAway_TheNextOneGoesOn()
    {
        await using var deployment = await StartAsync(fetchers: 0);
        var first = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Queues.AreAway = true;
        await deployment.AdvanceIntervalsAsync(2);
        await deployment.Time.WithClockAsync(first.StopAsync(), TimeSpan.FromSeconds(30));
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Queues.AreAway = false;
        await deployment.AdvanceIntervalsAsync(3);
        // The stop and the start cost a part of a slot at the most.
        foreach (var id in Forty)
            Enumerable.Range(1, 9).Select(slot => (long)slot).Except(deployment.SlotsOf(id)).Count().ShouldBeLessThanOrEqualTo(1, $"influencer {id}");
    }

    [Fact]
    public async Task Run_SomeFailWhileTheQueuesAreAway_AreTriedAgainAndReported()
    {
        await using var deployment = await StartAsync();
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Queues.AreAway = true;
        await deployment.AdvanceIntervalsAsync(1);
        var slot = await deployment.ToEndOfSlotAsync();
        deployment.Provider.Answer = id => id switch
        {
            7 when deployment.NowMs < slot + 4000 => ScriptedProvider.Failed(MissReason.ServerError),
            8 => ScriptedProvider.Failed(MissReason.ServerError),
            _ => deployment.Provider.Good(id),
        };
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Queues.AreAway = false;
        await deployment.AdvanceIntervalsAsync(2);
        var summary = await deployment.ReadSlotAsync(slot);
        summary.Stored.ShouldBe(39);
        summary.Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.ServerError] = 1 });
    }

    [Fact]
    public async Task Run_ShardQueueAloneIsAway_MissesNoSlot()
    {
        await using var deployment = await StartAsync();
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Queues.Shards.IsAway = true;
        await deployment.AdvanceIntervalsAsync(4);
        deployment.Queues.Shards.IsAway = false;
        await deployment.AdvanceIntervalsAsync(3);
        ShouldHaveEverySlot(deployment, 1, 7);
    }

    [Fact]
    public async Task Run_TwoFetchers_EachGoesOnWithItsOwnShards()
    {
        await using var deployment = await StartAsync(fetchers: 1);
        deployment.Spool = new FakeSpool(deployment.Time);
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(4);
        var before = deployment.Provider.Asked.Count;
        deployment.Queues.AreAway = true;
        await deployment.AdvanceIntervalsAsync(4);
        // Each shard has been re-armed by one of them, give or take.
        (deployment.Provider.Asked.Count - before).ShouldBeLessThan(5 * 40 * 3 / 2);
        deployment.Queues.AreAway = false;
        await deployment.AdvanceIntervalsAsync(3);
        ShouldHaveEverySlot(deployment, 1, 9);
    }

    [Fact]
    public async Task Run_QueueAnswersOnceBetweenTwoOutages_ForgetsNoShard()
    {
        await using var deployment = await StartAsync(fetchers: 0, shardSize: 2);
        var first = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Queues.AreAway = true;
        await deployment.Time.WithClockAsync(first.StopAsync(), TimeSpan.FromSeconds(30));
        await deployment.AdvanceIntervalsAsync(1.2);
        // All twenty are overdue; one answer gives ten of them, and then it hangs again.
        var given = 0;
        deployment.Queues.Shards.OnStep = operation => operation.EndsWith("receive", StringComparison.Ordinal) && given++ > 0 ? throw new QueueUnavailableException("It hangs again.") : ValueTask.CompletedTask;
        deployment.Queues.AreAway = false;
        await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Queues.Shards.OnStep = null;
        await deployment.AdvanceIntervalsAsync(3);
        var late = Forty.ToDictionary(id => id, id => Enumerable.Range(6, 4).Select(slot => (long)slot).Except(deployment.SlotsOf(id)).Count());
        late.ShouldAllBe(missing => missing.Value == 0);
    }

    [Fact]
    public async Task Run_WrongClockIsSetRightWhileTheQueuesAreAway_GoesOnFromMemory()
    {
        await using var deployment = await StartAsync(fetchers: 0);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(3);
        deployment.Queues.AreAway = true;
        await deployment.AdvanceIntervalsAsync(1);
        fetcher.Clock.Observe(deployment.Time.GetUtcNow() - TimeSpan.FromSeconds(9));
        await deployment.AdvanceIntervalsAsync(1);
        fetcher.Problems.ShouldContain(problem => problem.Contains("differ by 9.0 s", StringComparison.Ordinal) && problem.Contains("The queue is away as well", StringComparison.Ordinal));
        var asked = deployment.Provider.Asked.Count;
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Provider.Asked.Count.ShouldBe(asked, "nothing is read by a clock that is wrong");
        deployment.Time.Set(TimeSpan.FromSeconds(-9));
        await deployment.AdvanceIntervalsAsync(3);
        (deployment.Provider.Asked.Count - asked).ShouldBeGreaterThanOrEqualTo(2 * Forty.Length);
    }

    [Fact]
    public async Task Drain_QueueIsAway_SaysSoAndThatTheSpoolIsFull()
    {
        await using var deployment = new Deployment();
        var spool = new FakeSpool(deployment.Time) { Options = new SpoolOptions { MaxBytes = 1024 * 1024 } };
        var queues = spool.NewQueues(deployment.Queues, deployment.Time);
        var drain = queues.NewDrain(deployment.Health, Microsoft.Extensions.Logging.Abstractions.NullLogger<SpoolDrain>.Instance);
        (await drain.RoundAsync()).BlockedBecause.ShouldBeNull();
        deployment.Queues.AreAway = true;
        await queues.Get(QueueNames.InfluencerDataPoints).SendAsync([new OutgoingMessage(new byte[100_000])], CancellationToken.None);
        (await drain.RoundAsync()).BlockedBecause.ShouldNotBeNull().ShouldContain("100000 bytes of readings wait.");
        for (var i = 0; i < 8; i++)
            await queues.Get(QueueNames.InfluencerDataPoints).SendAsync([new OutgoingMessage(new byte[100_000])], CancellationToken.None);
        (await drain.RoundAsync()).BlockedBecause.ShouldNotBeNull().ShouldContain("readings are dropped");
        // One queue alone: what waits for the other is carried there.
        deployment.Queues.Points.IsAway = false;
        (await drain.RoundAsync()).DidWork.ShouldBeTrue();
        (await drain.RoundAsync()).BlockedBecause.ShouldNotBeNull().ShouldContain(" 0 bytes of readings wait.");
        deployment.Queues.AreAway = false;
        (await drain.RoundAsync()).BlockedBecause.ShouldBeNull();
    }

    [Fact]
    public async Task Run_QueuesAnswer_VisitsEachShardOnceASlot()
    {
        await using var deployment = await StartAsync();
        await deployment.AdvanceIntervalsAsync(6);
        foreach (var slots in deployment.AskedSlots().Where(slots => slots.Key > 0))
            slots.ShouldBeUnique($"influencer {slots.Key}");
    }

    [Fact]
    public async Task Send_SpoolIsFull_IsRefusedAndNothingOfItKept()
    {
        var time = new SteppableTime(Deployment.Midnight);
        var remote = new FakeQueues(time) { AreAway = true };
        var spool = new FakeSpool(time) { Options = new SpoolOptions { MaxBytes = 1024 * 1024 } };
        var queue = spool.NewQueues(remote, time).Get(QueueNames.InfluencerDataPoints);
        var message = new OutgoingMessage(new byte[100_000]);
        for (var i = 0; i < 10; i++)
            (await queue.SendAsync([message], CancellationToken.None)).ShouldBeEmpty();
        (await Should.ThrowAsync<QueueUnavailableException>(async () => await queue.SendAsync([message], CancellationToken.None))).Message.ShouldContain("Spool:MaxBytes");
        (await spool.Queues.Points.GetDepthAsync(CancellationToken.None)).Bytes.ShouldBe(1_000_000);
    }

    [Fact]
    public async Task GetDepth_QueueIsKnownToBeAway_FailsWithoutAskingIt()
    {
        var time = new SteppableTime(Deployment.Midnight);
        var remote = new FakeQueues(time);
        var queue = new FakeSpool(time).NewQueues(remote, time).Get(QueueNames.InfluencerDataPoints);
        (await queue.GetDepthAsync(CancellationToken.None)).Waiting.ShouldBe(0);
        remote.AreAway = true;
        await queue.SendAsync([new OutgoingMessage("x"u8.ToArray())], CancellationToken.None);
        // It is there again, and a call would hang: nobody but the drain finds out.
        remote.AreAway = false;
        (await Should.ThrowAsync<QueueUnavailableException>(async () => await queue.GetDepthAsync(CancellationToken.None))).Message.ShouldContain("is away");
    }

    [Fact]
    public async Task Drain_QueueComesBack_SendsTheOldestFirst()
    {
        await using var deployment = await StartAsync();
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Queues.AreAway = true;
        await deployment.AdvanceIntervalsAsync(5);
        var slots = new List<long>();
        deployment.Queues.Points.OnStep = operation =>
        {
            if (operation.EndsWith("send:done", StringComparison.Ordinal))
                slots.Add(deployment.Batches()[^1].Slot);
            return ValueTask.CompletedTask;
        };
        deployment.Queues.AreAway = false;
        await deployment.AdvanceIntervalsAsync(0.5);
        slots.ShouldNotBeEmpty();
        deployment.Batches().Select(batch => batch.Slot).ShouldBe(deployment.Batches().Select(batch => batch.Slot).Order());
    }

    private static async Task<Deployment> StartAsync(int fetchers = 1, int shardSize = 4)
    {
        var deployment = new Deployment(shardSize: shardSize);
        deployment.Spool = new FakeSpool(deployment.Time);
        await deployment.SeedAsync(Forty);
        for (var i = 0; i < fetchers; i++)
            await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        return deployment;
    }

    private static void ShouldHaveEverySlot(Deployment deployment, int first, int last)
    {
        foreach (var id in Forty)
            deployment.SlotsOf(id).Where(slot => slot >= first && slot <= last).ShouldBe(Enumerable.Range(first, last - first + 1).Select(slot => (long)slot), $"influencer {id}");
    }
}
