using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

/// <summary>Failures of the provider, as the fetcher sees them through and reports them.</summary>
[Collection(FakeClock.Name)]
public sealed class FailureTests
{
    private static readonly long[] Forty = [.. Enumerable.Range(1, 40).Select(id => (long)id)];

    [Theory]
    [InlineData(MissReason.ServerError)]
    [InlineData(MissReason.BadCount)]
    [InlineData(MissReason.Connection)]
    public async Task Run_OneFailsForTheWholeSlot_IsTriedUntilItIsOverAndMissedWithTheReason(MissReason reason)
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Forty);
        deployment.Provider.Answer = id => id == 7 ? ScriptedProvider.Failed(reason) : deployment.Provider.Good(id);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(4);
        for (var slot = 1; slot <= 2; slot++)
        {
            var summary = await deployment.ReadSlotAsync(Deployment.Midnight.ToUnixTimeMilliseconds() + slot * deployment.IntervalMs);
            summary.Stored.ShouldBe(39);
            summary.Missed.ShouldBe(new Dictionary<MissReason, long> { [reason] = 1 });
        }
        // Three at once, and again every second or two of the ten.
        deployment.Provider.Asked.Count(asked => asked.Id == 7).ShouldBeInRange(40, 120);
        deployment.Provider.Asked.Count(asked => asked.Id == 6).ShouldBeInRange(4, 5);
        deployment.Shards().Count.ShouldBe(10, "no shard is lost nor doubled");
    }

    [Fact]
    public async Task Run_OneFailsAtFirst_IsStoredInTheSameSlot()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Forty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.ToNextSlotAsync();
        var slot = await deployment.ToEndOfSlotAsync();
        // Id 1 is in the first shard, due as the slot begins; it fails for longer than the quick retries last.
        deployment.Provider.Answer = id => id == 1 && deployment.NowMs < slot + 5000 ? ScriptedProvider.Failed(MissReason.ServerError) : deployment.Provider.Good(id);
        await deployment.AdvanceIntervalsAsync(2);
        var summary = await deployment.ReadSlotAsync(slot);
        summary.Stored.ShouldBe(40);
        summary.Missed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OneIsThrottledForLong_TheOthersThatFailedAreTriedAgain()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Forty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.ToNextSlotAsync();
        var slot = await deployment.ToEndOfSlotAsync();
        deployment.Provider.Answer = id => id switch
        {
            1 => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromHours(1)),
            2 when deployment.NowMs < slot + 1000 => ScriptedProvider.Failed(MissReason.ServerError),
            _ => deployment.Provider.Good(id),
        };
        await deployment.AdvanceIntervalsAsync(2);
        var summary = await deployment.ReadSlotAsync(slot);
        summary.Stored.ShouldBe(39);
        summary.Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Throttled] = 1 });
        deployment.Provider.Asked.Count(asked => asked.Id == 1 && asked.At >= slot && asked.At < slot + deployment.IntervalMs).ShouldBe(1);
    }

    [Fact]
    public async Task Run_OneIsThrottledForLong_OthersThrottledBrieflyAreTriedAgain()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Forty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.ToNextSlotAsync();
        var slot = await deployment.ToEndOfSlotAsync();
        deployment.Provider.Answer = id => id switch
        {
            1 => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromHours(1)),
            2 or 3 when deployment.NowMs < slot + 4500 => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromSeconds(1)),
            4 when deployment.NowMs < slot + 3000 => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromSeconds(3)),
            _ => deployment.Provider.Good(id),
        };
        await deployment.AdvanceIntervalsAsync(2);
        var summary = await deployment.ReadSlotAsync(slot);
        summary.Stored.ShouldBe(39);
        summary.Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Throttled] = 1 });
    }

    [Fact]
    public async Task Run_AQuarterNeverAnswers_MoreAreInFlightAndNextToAllIsRead()
    {
        // 400 a second are wanted, of which 100 hang for a second each: 32 in flight read a third of it.
        const int Count = 4000;
        await using var deployment = new Deployment(shardSize: 200);
        var random = new Random(1);
        deployment.Provider.LatencyOf = _ => random.NextDouble() < 0.25 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero;
        await deployment.SeedAsync(Enumerable.Range(1, Count).Select(id => (long)id));
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.ToNextSlotAsync();
        await deployment.AdvanceIntervalsAsync(4);
        fetcher.Control.Limit.ShouldBeGreaterThan(64);
        var summary = await deployment.ReadSlotAsync(deployment.Slot - 2 * deployment.IntervalMs);
        summary.Stored.ShouldBeGreaterThan((long)(0.98 * Count));
        (summary.Stored + summary.Missed.Values.Sum()).ShouldBe(Count);
    }

    [Fact]
    public async Task Run_TheFirstOfTheRosterAlwaysFail_TheFirstSlotHasAllOthers()
    {
        const int Count = 1500;
        await using var deployment = new Deployment(shardSize: 500);
        deployment.Provider.Answer = id => id <= 118 ? ScriptedProvider.Failed(MissReason.ServerError) : deployment.Provider.Good(id);
        await deployment.SeedAsync(Enumerable.Range(1, Count).Select(id => (long)id));
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        var slot = deployment.Slot;
        for (var tenth = 0; tenth < 25; tenth++)
        {
            await deployment.AdvanceIntervalsAsync(0.1);
            fetcher.Metrics.Provider?.AwaySince.ShouldBeNull();
        }
        (await deployment.ReadSlotAsync(slot)).Stored.ShouldBe(Count - 118);
    }

    [Theory]
    [InlineData(MissReason.ServerError)]
    [InlineData(MissReason.Timeout)]
    public async Task Run_OneShardOfWhichMostFail_WhatIsAnsweredIsRead(MissReason reason)
    {
        // One shard in ten seconds: between two of them nothing is asked, and nothing is answered.
        await using var deployment = new Deployment(shardSize: 100);
        var random = new Random(1);
        if (reason == MissReason.Timeout)
            deployment.Provider.LatencyOf = _ => random.NextDouble() < 0.6 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero;
        else
            deployment.Provider.Answer = id => random.NextDouble() < 0.6 ? ScriptedProvider.Failed(reason) : deployment.Provider.Good(id);
        await deployment.SeedAsync(Enumerable.Range(1, 100).Select(id => (long)id));
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        for (var tenth = 0; tenth < 60; tenth++)
        {
            await deployment.AdvanceIntervalsAsync(0.1);
            fetcher.Metrics.Provider?.AwaySince.ShouldBeNull();
        }
        var summary = await deployment.ReadSlotAsync(deployment.Slot - 2 * deployment.IntervalMs);
        // Five tries or so in the slot: 0.6 to the power of five is 8%.
        summary.Stored.ShouldBeGreaterThan(80);
        summary.Missed.ShouldNotContainKey(MissReason.CircuitOpen);
    }

    [Fact]
    public async Task Run_MostAskForALongPause_ItIsSaidUntilWhen()
    {
        await using var deployment = new Deployment(shardSize: 20);
        await deployment.SeedAsync(Forty);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1);
        fetcher.Metrics.Provider!.PausedUntil.ShouldBeNull();
        deployment.Provider.Answer = _ => ScriptedProvider.Failed(MissReason.Throttled, TimeSpan.FromSeconds(40));
        await deployment.Time.AdvanceUntilAsync(() => fetcher.Metrics.Provider!.PausedUntil is not null, TimeSpan.FromSeconds(30));
        (fetcher.Metrics.Provider!.PausedUntil!.Value - deployment.Time.GetUtcNow()).TotalSeconds.ShouldBeInRange(38, 40);
        deployment.Provider.Answer = deployment.Provider.Good;
        await deployment.Time.AdvanceUntilAsync(() => fetcher.Metrics.Provider!.PausedUntil is null, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Run_BreakerOpen_NothingIsAskedAndTheMissesSaySo()
    {
        await using var deployment = new Deployment();
        deployment.Fetching = deployment.Fetching with { BreakDuration = TimeSpan.FromSeconds(60) };
        await deployment.SeedAsync(Forty);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Provider.Answer = _ => ScriptedProvider.Failed(MissReason.ServerError);
        await deployment.Time.AdvanceUntilAsync(() => fetcher.Gate.KeepsBack, TimeSpan.FromSeconds(20));
        await deployment.ToNextSlotAsync();
        var slot = deployment.Slot;
        var before = deployment.Provider.Requests;
        await deployment.AdvanceIntervalsAsync(2.5);
        deployment.Provider.Requests.ShouldBe(before);
        var summary = await deployment.ReadSlotAsync(slot);
        summary.Stored.ShouldBe(0);
        summary.Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.CircuitOpen] = 40 });
        deployment.Shards().Count.ShouldBe(10);
    }

    [Fact]
    public async Task Run_ProviderAwayForThreeIntervals_TheGapHasAReasonAndTheFirstFullSlotIsWhole()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Forty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(1);
        deployment.Provider.Answer = _ => ScriptedProvider.Failed(MissReason.Connection);
        await deployment.AdvanceIntervalsAsync(3);
        var gap = deployment.Slot - 2 * deployment.IntervalMs;
        deployment.Provider.Answer = null;
        await deployment.ToNextSlotAsync();
        var first = deployment.Slot;
        await deployment.AdvanceIntervalsAsync(3);
        (await deployment.ReadSlotAsync(first)).Stored.ShouldBe(40);
        var missed = (await deployment.ReadSlotAsync(gap)).Missed;
        missed.Values.Sum().ShouldBe(40);
        missed.Keys.ShouldBeSubsetOf([MissReason.Connection, MissReason.CircuitOpen]);
    }

    [Fact]
    public async Task Run_ProviderBackWithinTheSlot_RetriesProbeAndFillIt()
    {
        // One shard a minute: nobody else comes by to probe.
        await using var deployment = new Deployment(intervalSeconds: 60, shardSize: 100);
        await deployment.SeedAsync(Forty);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.ToNextSlotAsync();
        var slot = await deployment.ToEndOfSlotAsync();
        deployment.Provider.Answer = id => deployment.NowMs < slot + 15_000 ? ScriptedProvider.Failed(MissReason.Connection) : deployment.Provider.Good(id);
        await deployment.AdvanceIntervalsAsync(1.5);
        (await deployment.ReadSlotAsync(slot)).Stored.ShouldBe(40);
    }

    [Fact]
    public async Task Run_ProviderNeverAnswers_MissedAsTimeoutAndTheBreakerOpens()
    {
        // The interval is hardly longer than the time limit of a request.
        await using var deployment = new Deployment(intervalSeconds: 6);
        await deployment.SeedAsync(Forty);
        deployment.Provider.Latency = Timeout.InfiniteTimeSpan;
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.Time.AdvanceUntilAsync(() => fetcher.Gate.KeepsBack, TimeSpan.FromSeconds(30));
        await deployment.AdvanceIntervalsAsync(2);
        var missed = (await deployment.ReadSlotAsync(Deployment.Midnight.ToUnixTimeMilliseconds())).Missed;
        missed.ShouldNotContainKey(MissReason.NotReached);
        missed.ShouldContainKey(MissReason.Timeout);
    }

    [Fact]
    public async Task Run_ProviderThrows_TheLoopGoesOnAndSaysItOnce()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Forty);
        deployment.Provider.Answer = id => id is 7 or 8 ? throw new InvalidOperationException("A bug.") : deployment.Provider.Good(id);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(4);
        var summary = await deployment.ReadSlotAsync(Deployment.Midnight.ToUnixTimeMilliseconds() + deployment.IntervalMs);
        summary.Stored.ShouldBe(38);
        summary.Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Other] = 2 });
        // Many slots and two ids, each asked several times: one line says it.
        deployment.Logs.Messages.Count(line => line.Contains("threw", StringComparison.Ordinal)).ShouldBe(1);
        deployment.Provider.Answer = deployment.Provider.Good;
        await deployment.Time.AdvanceUntilAsync(() => deployment.Logs.Messages.Any(line => line.Contains("throws no more", StringComparison.Ordinal)), TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task Run_MoreThanTheProviderCanAnswer_NoRequestIsBegunThatTheSlotsEndWouldCutOff()
    {
        await using var deployment = new Deployment(intervalSeconds: 10, shardSize: 50);
        deployment.Fetching = deployment.Fetching with { InitialConcurrency = 4, MaxConcurrency = 4 };
        await deployment.SeedAsync([.. Enumerable.Range(1, 100).Select(id => (long)id)]);
        deployment.Provider.Latency = TimeSpan.FromSeconds(1);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(5);
        deployment.Provider.Abandoned.ShouldBe(0);
        // Four at a time and a second each are forty a slot, less what would have come too late.
        (await deployment.ReadSlotAsync(Deployment.Midnight.ToUnixTimeMilliseconds() + 2 * deployment.IntervalMs)).Stored.ShouldBeInRange(32, 44);
    }

    [Fact]
    public async Task Run_MoreThanTheProviderCanAnswer_EachHasItsTurn()
    {
        await using var deployment = new Deployment(intervalSeconds: 10, shardSize: 50);
        deployment.Fetching = deployment.Fetching with { InitialConcurrency = 4, MaxConcurrency = 4 };
        long[] ids = [.. Enumerable.Range(1, 100).Select(id => (long)id)];
        await deployment.SeedAsync(ids);
        deployment.Provider.Latency = TimeSpan.FromSeconds(1);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(30);
        // Some forty of a hundred a slot, whichever: that one is never among them in thirty is one in a million.
        ids.Where(id => deployment.SlotsOf(id).Count == 0).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_AnswersTakeNearlyAnInterval_TheyAreReadStill()
    {
        await using var deployment = new Deployment(intervalSeconds: 2);
        await deployment.SeedAsync(Forty);
        deployment.Provider.Latency = TimeSpan.FromSeconds(1.3);
        await deployment.StartFetcherAsync();
        await deployment.StartIngesterAsync();
        await deployment.AdvanceIntervalsAsync(8);
        (await deployment.ReadSlotAsync(Deployment.Midnight.ToUnixTimeMilliseconds() + 5 * deployment.IntervalMs)).Stored.ShouldBe(40);
    }

    [Fact]
    public async Task Run_ProcessStoodStillWhileItWaited_TheAnswerIsNotTakenForTheSlotThatIsOver()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(Forty);
        await deployment.StartFetcherAsync();
        await deployment.ToNextSlotAsync();
        var stoodStill = 0;
        deployment.Provider.Answer = id =>
        {
            if (id == 7 && Interlocked.Exchange(ref stoodStill, 1) == 0)
                deployment.Time.Advance(2.5 * deployment.Seeding.Interval);
            return deployment.Provider.Good(id);
        };
        await deployment.AdvanceIntervalsAsync(4);
        stoodStill.ShouldBe(1);
        deployment.Batches().SelectMany(batch => batch.Points).ShouldAllBe(point => point.RetrievedAt < point.Slot + 2 * deployment.IntervalMs);
        deployment.Batches().SelectMany(batch => batch.Missed).ShouldContain(miss => miss.InfluencerId == 7 && miss.Reason == MissReason.NotReached);
    }
}
