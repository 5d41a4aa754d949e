using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Suspicion;

[Collection(FakeClock.Name)]
public sealed class ClassifierTests
{
    private static readonly TimeSpan Coarse = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Run_Days_JudgesEachOnceADayOnItsLatestNumbersEvenlySpread()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await using var classifier = await StartAsync(deployment, provider, ids: 12);
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));
        deployment.Store.Verdicts.Count.ShouldBe(12);
        provider.Asked.Count.ShouldBe(12);
        deployment.Store.Verdicts[3].ShouldBe(new SuspicionVerdict(3, true, deployment.Store.Verdicts[3].CheckedAt, 30, 3));

        await ReadAsync(deployment, 12, 100);
        var first = provider.Asked.Count;
        // Today's are done: three whole days more.
        await deployment.Time.AdvanceAsync(4 * Day - TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(10));
        var later = provider.Asked.Skip(first).ToList();
        later.Count.ShouldBe(3 * 12);
        later.ShouldAllBe(asked => asked.Followers == asked.Id * 100);
        foreach (var one in later.GroupBy(asked => asked.Id))
        {
            var at = one.Select(asked => asked.At).ToList();
            at.Zip(at.Skip(1), (before, after) => Math.Abs(after - before - (long)Day.TotalMilliseconds)).ShouldAllBe(off => off <= 2 * (long)Coarse.TotalMilliseconds);
        }
        // Six shards: every four hours one.
        var hours = later.Take(12).Select(asked => (asked.At - Deployment.Midnight.ToUnixTimeMilliseconds()) / (4.0 * 3_600_000)).Select(static hour => Math.Round(hour)).Distinct();
        hours.Count().ShouldBe(6);
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        classifier.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ComesBackAfterACrash_SkipsThoseJudgedAlready()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time) { Latency = TimeSpan.FromSeconds(5) };
        var options = new SuspicionOptions { ShardSize = 20, MaxConcurrency = 4 };
        var dead = await StartAsync(deployment, provider, 20, options);
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(13), TimeSpan.FromMilliseconds(500));
        // What is in flight beyond the time of a stop is given up, as by one that is killed.
        await dead.DisposeAsync();
        var judged = deployment.Store.Verdicts.Keys.ToHashSet();
        judged.Count.ShouldBeInRange(4, 16);
        var asked = provider.Asked.Count;
        await using var next = new ClassifierProcess(deployment, provider, options);
        await next.StartAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(1));
        deployment.Store.Verdicts.Count.ShouldBe(20);
        var again = provider.Asked.Skip(asked).Select(one => one.Id).ToList();
        again.ShouldBe(Enumerable.Range(1, 20).Select(id => (long)id).Except(judged), ignoreOrder: true);
    }

    [Fact]
    public async Task Run_ChecksThatFail_AreTriedAgainWithinTheDayAndThenCounted()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        provider.Answer = id => id == 1 ? ScriptedSuspicion.Failed(MissReason.ServerError) : provider.Good(id);
        await using var classifier = await StartAsync(deployment, provider, 6);
        // In steps that holds are renewed between: else a shard comes twice, and who is in both is asked twice.
        await deployment.Time.AdvanceAsync(1.5 * Day, TimeSpan.FromSeconds(10));
        provider.Asked.Count(asked => asked.Id == 1).ShouldBeInRange(20, 45);
        provider.Asked.Count(asked => asked.Id == 2).ShouldBe(2);
        deployment.Store.Verdicts.ShouldNotContainKey(1);
        var failed = await deployment.Store.ReadFailedChecksAsync(0, long.MaxValue / 2, CancellationToken.None);
        failed.ShouldBe([new FailedChecks(Deployment.Midnight.ToUnixTimeMilliseconds(), 1)]);

        provider.Answer = null;
        await deployment.Time.AdvanceAsync(TimeSpan.FromHours(2), Coarse);
        deployment.Store.Verdicts.ShouldContainKey(1);
    }

    [Fact]
    public async Task Run_NotTrackedOrNeverRead_IsNotAskedAboutUntilItIs()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await deployment.SeedAsync(1, 2, 3);
        await deployment.Store.RemoveInfluencersAsync([2], CancellationToken.None);
        await using var classifier = new ClassifierProcess(deployment, provider);
        await classifier.NewSeeder().RoundAsync();
        await classifier.StartAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));
        provider.Asked.ShouldBeEmpty();
        await ReadAsync(deployment, 3, 10);
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(5));
        provider.Asked.Select(asked => asked.Id).ShouldBe([1L, 3L], ignoreOrder: true);
    }

    [Fact]
    public async Task Run_ManyAtOnce_KeepsToItsConcurrencyAndItsRate()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time) { Latency = TimeSpan.FromSeconds(10) };
        var options = new SuspicionOptions { ShardSize = 50, MaxConcurrency = 30, MaxPerSecond = 5 };
        await using var classifier = await StartAsync(deployment, provider, 100, options);
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(100));
        provider.MostInFlight.ShouldBe(30);
        var starts = provider.Asked.Select(asked => asked.At).ToList();
        starts.Zip(starts.Skip(5), (one, sixth) => sixth - one).ShouldAllBe(span => span >= 900);
    }

    [Fact]
    public async Task Run_ProviderAnswersNone_BreaksAndGoesOnWhenItDoes()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time) { Answer = _ => ScriptedSuspicion.Failed(MissReason.Connection) };
        await using var classifier = await StartAsync(deployment, provider, 60, new SuspicionOptions { ShardSize = 10 });
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        provider.Asked.Count.ShouldBeInRange(10, 20);
        classifier.Metrics.AwaySince.ShouldNotBeNull();
        classifier.Metrics.Notes().ShouldHaveSingleItem().ShouldContain("answered no suspicion checks since");
        classifier.Problems.ShouldBeEmpty();
        deployment.Logs.Warnings.ShouldHaveSingleItem().ShouldContain("connection");

        provider.Answer = null;
        await deployment.Time.AdvanceAsync(TimeSpan.FromHours(4), TimeSpan.FromSeconds(20));
        deployment.Store.Verdicts.Count.ShouldBe(60);
        classifier.Metrics.AwaySince.ShouldBeNull();
    }

    [Fact]
    public async Task Run_ProviderAsksForAPause_LeavesItAlone()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time) { Answer = _ => ScriptedSuspicion.Failed(MissReason.Throttled, TimeSpan.FromMinutes(2)) };
        await using var classifier = await StartAsync(deployment, provider, 2, new SuspicionOptions { ShardSize = 1, Period = TimeSpan.FromMinutes(1) });
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(1));
        provider.Asked.Count.ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task Run_StoreAway_IsUnreadyAsksNobodyAndGoesOnWhenItIsBack()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await using var classifier = await StartAsync(deployment, provider, 4, before: () => deployment.Store.IsAway = true);
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        provider.Asked.ShouldBeEmpty();
        classifier.Problems.ShouldHaveSingleItem().ShouldContain("The store is away.");
        deployment.Store.IsAway = false;
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        deployment.Store.Verdicts.Count.ShouldBe(4);
        classifier.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_StoreAwayForMomentsWhileVerdictsAreWritten_LosesNone()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await using var classifier = await StartAsync(deployment, provider, 4, before: () => deployment.Store.OnStep = step =>
        {
            if (step == "store: write verdicts" && deployment.NowMs < Deployment.Midnight.ToUnixTimeMilliseconds() + 5000)
                throw new InfluencerAnalytics.Stores.StoreUnavailableException("For a moment.");
            return ValueTask.CompletedTask;
        });
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(200));
        deployment.Store.Verdicts.Count.ShouldBe(4);
        provider.Asked.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Run_QueueAway_IsUnreadyAndGoesOnWhenItIsBack()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await using var classifier = await StartAsync(deployment, provider, 4, before: () => deployment.Queues.Checks.IsAway = true);
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        classifier.Problems.ShouldNotBeEmpty();
        deployment.Queues.Checks.IsAway = false;
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        deployment.Store.Verdicts.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_QueueIsMissing_SaysSoAndBeginsOnceItIsThere(bool isAllThereIs)
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await deployment.SeedAsync(1, 2, 3, 4);
        await ReadAsync(deployment, 4, 10);
        deployment.Queues.Checks.IsMissing = true;
        var lane = ClassifierProcess.NewLane(deployment, isAllThereIs);
        await using var classifier = new ClassifierProcess(deployment, provider, lane: lane);
        var seeder = ClassifierProcess.NewSeeder(deployment, classifier.Options, lane);
        await classifier.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            (await seeder.RoundAsync()).BlockedBecause.ShouldBe(isAllThereIs ? "The queue influencer_suspicion_checks does not exist." : null);
            await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        }
        // The readings do not need it; a process that has nothing else to do has to say that it does nothing.
        classifier.Problems.ShouldBe(isAllThereIs ? ["classifier: The queue influencer_suspicion_checks does not exist."] : []);
        lane.Notes().ShouldBe(["The suspicion checks do not run; all else does. The queue influencer_suspicion_checks does not exist."]);
        deployment.Logs.Warnings.Count(line => line.StartsWith("The suspicion checks do not run", StringComparison.Ordinal)).ShouldBe(1);

        deployment.Queues.Checks.IsMissing = false;
        (await seeder.RoundAsync()).DidWork.ShouldBeTrue();
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        deployment.Store.Verdicts.Count.ShouldBe(4);
        classifier.Problems.ShouldBeEmpty();
        lane.Notes().ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ClockDiffersFromTheQueues_AsksNobodyUntilItIsSet()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await using var classifier = await StartAsync(deployment, provider, 4, started: one =>
            deployment.Queues.Checks.OnAnswer = () => one.Clock.Observe(deployment.Time.GetUtcNow() - TimeSpan.FromHours(3)));
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        provider.Asked.ShouldBeEmpty();
        classifier.Problems.ShouldHaveSingleItem().ShouldContain("differ by 10800.0 s. Set the clock; verdicts would get a wrong time.");
        deployment.Queues.Checks.OnAnswer = () => classifier.Clock.Observe(deployment.Time.GetUtcNow());
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        deployment.Store.Verdicts.Count.ShouldBe(4);
        classifier.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ProviderStaysAway_LooksAtItsShardsLessAndLess()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time) { Answer = _ => ScriptedSuspicion.Failed(MissReason.Connection) };
        await using var classifier = await StartAsync(deployment, provider, 60, new SuspicionOptions { ShardSize = 10 });
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));
        var visits = new List<int>();
        for (var hour = 0; hour < 4; hour++)
        {
            var before = deployment.Queues.Checks.Receives;
            await deployment.Time.AdvanceAsync(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
            visits.Add(deployment.Queues.Checks.Receives - before);
        }
        // Six shards; every five minutes would be 72 an hour.
        visits[0].ShouldBeLessThanOrEqualTo(6 * 5);
        visits[3].ShouldBeInRange(4, 9);
        classifier.Metrics.AwaySince.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_StoreHasAnotherProvidersReadings_AsksNobody()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await deployment.Store.WriteSettingAsync("agreed.provider", "http://elsewhere.example", CancellationToken.None);
        await using var classifier = await StartAsync(deployment, provider, 4);
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        provider.Asked.ShouldBeEmpty();
        classifier.Problems.ShouldHaveSingleItem().ShouldContain("http://elsewhere.example");
    }

    [Fact]
    public async Task Run_LaterGenerationIsSent_SupersedesAndNobodyIsAskedTwice()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        await using var classifier = await StartAsync(deployment, provider, 10);
        await deployment.Time.AdvanceAsync(TimeSpan.FromHours(13), TimeSpan.FromSeconds(10));
        var asked = provider.Asked.Count;
        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
        await deployment.NewSeeder().RoundAsync();
        await classifier.NewSeeder().RoundAsync();
        ClassifierProcess.Shards(deployment).Select(shard => shard.Generation).Distinct().ShouldBe([1L, 2L], ignoreOrder: true);
        // To the end of tomorrow.
        await deployment.Time.AdvanceAsync(Day + TimeSpan.FromHours(10.5), TimeSpan.FromSeconds(10));
        ClassifierProcess.Shards(deployment).Select(shard => shard.Generation).Distinct().ShouldBe([2L]);
        ClassifierProcess.Shards(deployment).Count.ShouldBe(5);
        provider.Asked.Skip(asked).Select(one => one.Id).ShouldBeUnique();
        provider.Asked.Skip(asked).Count().ShouldBe(10);
    }

    [Fact]
    public async Task Run_MessagesThatAreNone_GoToTheDeadLettersAndNewerOnesStay()
    {
        await using var deployment = new Deployment();
        await using var classifier = await StartAsync(deployment, new ScriptedSuspicion(deployment.Time), 2);
        await deployment.Queues.Checks.SendTextAsync("{}");
        await deployment.Queues.Checks.SendTextAsync("""{"v":2}""");
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(500));
        deployment.Queues.Checks.DeadLetters.ShouldHaveSingleItem().Reason.ShouldContain("version");
        classifier.NewerMessages.CountOf("influencer_suspicion_checks").ShouldBe(1);
        deployment.Queues.Checks.Bodies.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_QueueOfWholeSecondsAndTwelveHours_IsReArmedInSteps()
    {
        await using var deployment = new Deployment(granularity: TimeSpan.FromSeconds(1));
        await using var classifier = await StartAsync(deployment, new ScriptedSuspicion(deployment.Time), 2);
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        (deployment.Queues.Checks.VisibleAt.Single() - deployment.NowMs).ShouldBeInRange(0, (long)TimeSpan.FromHours(11).TotalMilliseconds);
    }

    [Fact]
    public async Task Run_ShardComesLate_SaysHowFarItIsBehind()
    {
        await using var deployment = new Deployment();
        var provider = new ScriptedSuspicion(deployment.Time);
        var classifier = await StartAsync(deployment, provider, 2);
        await deployment.Time.AdvanceAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        classifier.Metrics.Behind.ShouldBe(TimeSpan.Zero);
        await classifier.DisposeAsync();
        await deployment.Time.AdvanceAsync(Day + TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
        await using var next = new ClassifierProcess(deployment, provider);
        await next.StartAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        next.Metrics.Behind.TotalMinutes.ShouldBeInRange(29, 32);
        next.Metrics.Notes().ShouldHaveSingleItem().ShouldContain("min behind");
        deployment.Store.Verdicts.Values.ShouldAllBe(verdict => verdict.CheckedAt > Deployment.Midnight.ToUnixTimeMilliseconds() + (long)Day.TotalMilliseconds);
    }

    private static async Task<ClassifierProcess> StartAsync(Deployment deployment, ScriptedSuspicion provider, int ids, SuspicionOptions? options = null, Action? before = null, Action<ClassifierProcess>? started = null)
    {
        await deployment.SeedAsync(Enumerable.Range(1, ids).Select(id => (long)id));
        await ReadAsync(deployment, ids, 10);
        var classifier = new ClassifierProcess(deployment, provider, options);
        await classifier.NewSeeder().RoundAsync();
        before?.Invoke();
        started?.Invoke(classifier);
        await classifier.StartAsync();
        return classifier;
    }

    private static async Task ReadAsync(Deployment deployment, int ids, int factor) => await deployment.Store.AppendAsync(
        [new DataPointBatch(deployment.Slot, deployment.Seeding.Interval, [.. Enumerable.Range(1, ids).Select(id => new DataPoint(id, id * factor, id, deployment.Slot, deployment.NowMs, $"i{id}"))], [])],
        CancellationToken.None);
}
