using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class PipelineEndpointTests
{
    private const long Minute = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Running_ShowsSlotsQueuesAndStore()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2, 3, 4);
            storage.Come(ApiHost.Slot - 4 * Minute);
            await storage.SealAsync();
            await storage.AppendAsync(
                Batch(ApiHost.Slot - 4 * Minute, [1, 2, 3, 4]),
                Batch(ApiHost.Slot - 3 * Minute, [1, 2, 3], new Miss(4, MissReason.Timeout)),
                Batch(ApiHost.Slot - Minute, [1, 2, 3, 4]));
            await FillQueueAsync(storage);
            // A size can be told of a hundred thousand points.
            storage.Store.Status = status => status with { FreeBytes = 1_000_000, BytesPerPoint = 10 };
        }, configure: options => options with { MaxDeadLetters = 1 });
        var metrics = host.Services.GetRequiredService<PipelineMetrics>();
        metrics.AttemptFailed(MissReason.ServerError);
        host.Services.GetRequiredService<NewerMessages>().Note(QueueNames.InfluencerIdStore, new ReceivedMessage("1", "1", default, 1, 0), 2, TimeSpan.FromMinutes(1), NullLogger.Instance);
        metrics.StoredPoints(new AppendResult(10, 1, 0));
        metrics.Lagged(0.5);

        var answer = await host.GetJsonAsync("/api/v1/pipeline");
        answer.GetProperty("interval").GetDouble().ShouldBe(60);
        answer.GetProperty("tracked").GetInt64().ShouldBe(4);
        var slots = answer.GetProperty("slots").EnumerateArray().ToList();
        slots.Select(slot => slot.GetProperty("slot").GetString()).ShouldBe(
            ["2026-11-23T15:00:00Z", "2026-11-23T15:01:00Z", "2026-11-23T15:02:00Z", "2026-11-23T15:03:00Z", "2026-11-23T15:04:00Z"]);
        // The third has no record: a gap since the deployment runs. The last two are not final.
        slots.Select(slot => slot.GetProperty("stored").GetInt64()).ShouldBe([4, 3, 0, 4, 0]);
        slots.Select(slot => slot.GetProperty("tracked").GetInt64()).ShouldAllBe(tracked => tracked == 4);
        slots.Select(slot => slot.GetProperty("coverage").GetDouble()).ShouldBe([1, 0.75, 0, 1, 0]);
        slots.Select(slot => slot.GetProperty("final").GetBoolean()).ShouldBe([true, true, true, false, false]);
        slots[1].GetProperty("missed").GetRawText().ShouldBe("""{"timeout":1}""");

        answer.GetProperty("queues").GetProperty("influencer_id_store").GetRawText().ShouldBe(
            """{"waiting":3,"inFlight":7,"delayed":2,"oldestSeconds":1.2,"dead":0,"droppedDead":6,"newerVersion":1,"problem":null}""");
        answer.GetProperty("fetch").GetProperty("failures").GetRawText().ShouldBe("""{"server_error":1}""");
        answer.GetProperty("ingest").GetProperty("lagSeconds").GetDouble().ShouldBe(0.5);
        var state = answer.GetProperty("store");
        state.GetProperty("kind").GetString().ShouldBe("embedded");
        state.GetProperty("state").GetString().ShouldBe("ready");
        // 7 points in 3 final minutes at 10 bytes each: 33,600 bytes a day; a million bytes last 29.8 days.
        state.GetProperty("bytesPerDay").GetDouble().ShouldBe(33_600);
        state.GetProperty("daysUntilFull").GetDouble().ShouldBe(29.8);
    }

    [Fact]
    public async Task Get_FinalSlot_AccountsForEveryInfluencer()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2, 3, 4, 5, 6, 7, 8);
            // Two are gone. That was at another interval, the slots of which are not shown.
            for (var slot = ApiHost.Slot - 30 * Minute; slot < ApiHost.Slot - 28 * Minute; slot += 30_000)
                await storage.AppendAsync(new DataPointBatch(slot, TimeSpan.FromSeconds(30), [], [new Miss(7, MissReason.NotFound), new Miss(8, MissReason.NotFound)]));
            storage.Come(ApiHost.Slot - 3 * Minute);
            await storage.SealAsync();
            storage.Come(ApiHost.Slot + 1000);
            await storage.AppendAsync(
                Batch(ApiHost.Slot - 3 * Minute, [1, 2, 3, 101, 102], new Miss(4, MissReason.NotFound)), Batch(ApiHost.Slot, [1, 2, 3, 101, 102], new Miss(4, MissReason.NotFound)));
            // So that those of now are not as many as those of then.
            await storage.TrackAsync(9, 10);
        });
        var slots = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("slots").EnumerateArray().ToList();
        slots.Count.ShouldBe(4);
        slots[0].GetRawText().ShouldContain(""" "stored":3,"tracked":6,"coverage":0.5,"final":true,"missed":{"not_found":1,"unreported":2},"gone":2,"others":2 """.Trim());
        // Of one that is not final, the others are still to come.
        slots[3].GetProperty("missed").GetRawText().ShouldBe("""{"not_found":1}""");
        // Those between are not noted yet: who was tracked before is shown, not who is now.
        slots[1].GetProperty("tracked").GetInt64().ShouldBe(6);
        slots[1].GetProperty("missed").GetRawText().ShouldBe("""{"unreported":6}""");
    }

    [Theory]
    [InlineData(30.5, false)]
    [InlineData(31, true)]
    public async Task Get_ReportsOfTheLastMomentOnTheirWay_IsNotFinalYet(double seconds, bool expected)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            storage.Come(ApiHost.Slot - 2 * Minute);
            await storage.SealAsync();
            await storage.AppendAsync(Batch(ApiHost.Slot - Minute, [1]));
        });
        host.Time.Advance(TimeSpan.FromSeconds(seconds));
        var slots = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("slots").EnumerateArray();
        slots.Single(slot => slot.GetProperty("slot").GetString() == "2026-11-23T15:03:00Z").GetProperty("final").GetBoolean().ShouldBe(expected);
    }

    [Fact]
    public async Task Get_StoreRefusesForeignReadings_CountsThem()
    {
        await using var host = await ApiHost.StartAsync();
        host.Services.GetRequiredService<PipelineMetrics>().StoredPoints(new AppendResult(0, 0, 0, 7));
        (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("ingest").GetProperty("refused").GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task Health_StoreWorksButHasSomethingToSay_IsReadyAndSaysIt()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync([.. Enumerable.Range(1, 200)]);
            storage.Come(ApiHost.Slot);
            await storage.AppendAsync(Batch(ApiHost.Slot, [], [.. Enumerable.Range(1, 100).Select(id => new Miss(id, MissReason.NotFound))]));
        });
        var answer = await host.GetJsonAsync("/health/ready");
        answer.GetProperty("status").GetString().ShouldBe("ready");
        answer.GetProperty("notes")[0].GetString()!.ShouldContain("100 of 200");
        (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("store").GetProperty("detail").GetString()!.ShouldContain("100 of 200");
    }

    [Fact]
    public async Task Health_ProviderAway_IsReadyAndSaysSinceWhen()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetJsonAsync("/health/ready")).TryGetProperty("notes", out _).ShouldBeFalse();
        var since = new DateTimeOffset(2026, 11, 23, 15, 4, 5, TimeSpan.Zero);
        host.Services.GetRequiredService<PipelineMetrics>().ProviderIs(new ProviderState(32, null, false, TimeSpan.FromSeconds(1), since, "connection", true));
        var answer = await host.GetJsonAsync("/health/ready");
        answer.GetProperty("status").GetString().ShouldBe("ready");
        answer.GetProperty("notes")[0].GetString()!.ShouldContain("away since 2026-11-23T15:04:05Z, mostly connection");
        var fetch = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("fetch");
        fetch.GetProperty("awaySince").GetString().ShouldBe("2026-11-23T15:04:05Z");
        fetch.GetProperty("circuitOpen").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(98.24, true)]
    [InlineData(200.0, false)]
    [InlineData(null, false)]
    public async Task Health_ProviderRefusesRequests_SaysSo(double? rate, bool refuses)
    {
        await using var host = await ApiHost.StartAsync();
        host.Services.GetRequiredService<PipelineMetrics>().ProviderIs(new ProviderState(32, rate, refuses, TimeSpan.FromSeconds(1), null, null, false));
        var answer = await host.GetJsonAsync("/health/ready");
        answer.TryGetProperty("notes", out var notes).ShouldBe(refuses);
        if (refuses)
            notes[0].GetString().ShouldBe("The provider refused requests (429) lately: at most 98.2 a second are sent.");
        (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("fetch").GetProperty("providerRefuses").GetBoolean().ShouldBe(refuses);
    }

    [Fact]
    public async Task Health_ProviderAskedForAPause_SaysUntilWhen()
    {
        await using var host = await ApiHost.StartAsync();
        host.Services.GetRequiredService<PipelineMetrics>().ProviderIs(new ProviderState(32, 98.24, true, TimeSpan.FromSeconds(1), null, null, false)
        {
            PausedUntil = new DateTimeOffset(2026, 11, 23, 15, 4, 5, TimeSpan.Zero),
        });
        var answer = await host.GetJsonAsync("/health/ready");
        answer.GetProperty("status").GetString().ShouldBe("ready");
        answer.GetProperty("notes")[0].GetString()!.ShouldContain("a pause (Retry-After)");
        (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("fetch").GetProperty("pausedUntil").GetString().ShouldBe("2026-11-23T15:04:05Z");
    }

    [Fact]
    public async Task Root_Always_LeadsToTheReference()
    {
        await using var host = await ApiHost.StartAsync();
        using var answer = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Found);
        (answer.Headers.Location?.ToString() ?? answer.RequestMessage!.RequestUri!.AbsolutePath).ShouldStartWith("/docs");
    }

    [Fact]
    public async Task Get_LongDown_ShowsEverySlotOfItAsAGap()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            await storage.AppendAsync(Batch(ApiHost.Slot - 300 * Minute, [1, 2]));
            storage.Come(ApiHost.Slot - 3 * Minute);
            await storage.SealAsync();
        });
        var slots = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("slots");
        slots.GetArrayLength().ShouldBe(10);
        slots.EnumerateArray().ShouldAllBe(slot => slot.GetProperty("coverage").GetDouble() == 0);
        (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("slots").GetRawText().ShouldBe(slots.GetRawText());
    }

    [Fact]
    public async Task Get_ShorterIntervalSinceAMoment_InventsNoSlotBeforeIt()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            // Every 10 s up to 15:04:00; from 15:04:05 on every 5 s.
            for (var slot = ApiHost.Slot - 5 * Minute; slot <= ApiHost.Slot; slot += 10_000)
                await storage.AppendAsync(Batch(slot, [1, 2]) with { Interval = TimeSpan.FromSeconds(10) });
            storage.Come(ApiHost.Slot + 2000);
            await storage.SealAsync(generation: 2, intervalSeconds: 5);
            await storage.AppendAsync(Batch(ApiHost.Slot + 10_000, [1, 2]) with { Interval = TimeSpan.FromSeconds(5) });
        });
        for (var read = 0; read < 2; read++)
        {
            var slots = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("slots").EnumerateArray().ToList();
            slots.Select(slot => slot.GetProperty("slot").GetString()![14..19]).ShouldBe(["03:50", "04:00", "04:05", "04:10", "04:15", "04:20", "04:25", "04:30"]);
            slots.Select(slot => slot.GetProperty("stored").GetInt64()).ShouldBe([2, 2, 0, 2, 0, 0, 0, 0]);
        }
    }

    [Fact]
    public async Task Get_NotSeeded_HasNoIntervalAndNoSlots()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await host.GetJsonAsync("/api/v1/pipeline");
        answer.GetProperty("interval").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("slots").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Get_StoreAndQueuesAway_SaysSoAndDoesNotCallItEmpty()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Away = "The store is being moved.";
        host.Queues.Away = "The queue cannot be reached.";
        var answer = await host.GetJsonAsync("/api/v1/pipeline");
        answer.GetProperty("slots").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("queues").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("queueProblem").GetString().ShouldBe(host.Queues.Away);
        answer.GetProperty("store").GetProperty("state").GetString().ShouldBe("away");
        answer.GetProperty("store").GetProperty("detail").GetString().ShouldBe(host.Store.Away);
    }

    [Fact]
    public async Task Get_OneQueueCannotBeRead_StandsThereWithTheReason()
    {
        await using var host = await ApiHost.StartAsync();
        host.Queues.Missing[QueueNames.SuspicionChecks] = "SQS, queue influencer_suspicion_checks: it does not exist.";
        var pipeline = await host.Typed.GetPipelineAsync(TestContext.Current.CancellationToken);
        pipeline.QueueProblem.ShouldBeNull();
        pipeline.Queues!.Keys.ShouldBe(QueueNames.All, ignoreOrder: true);
        pipeline.Queues[QueueNames.SuspicionChecks].ShouldBe(new QueueResponse(null, null, null, null, null, null) { Problem = host.Queues.Missing[QueueNames.SuspicionChecks] });
        pipeline.Queues[QueueNames.InfluencerIdStore].ShouldSatisfyAllConditions(queue => queue.Waiting.ShouldBe(0), queue => queue.Problem.ShouldBeNull());
    }

    [Fact]
    public async Task Health_AllWell_IsReady()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetJsonAsync("/health/live")).GetProperty("status").GetString().ShouldBe("live");
        (await host.GetJsonAsync("/health/ready")).GetProperty("status").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task Health_LeaderboardLoads_IsNotReadyYet()
    {
        var hold = new TaskCompletionSource();
        await using var host = await ApiHost.StartAsync(storage =>
        {
            storage.Store.LatestHeld = hold.Task;
            return Task.CompletedTask;
        });
        using var response = await host.GetAsync("/health/ready");
        var problem = await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable);
        problem.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()).ShouldBe(["leaderboard: The leaderboard is loading."]);
        hold.SetResult();
        await ApiHost.WaitForAsync(() => host.Services.GetRequiredService<InfluencerLeaderboard>().State.IsLoaded);
        (await host.GetJsonAsync("/health/ready")).GetProperty("status").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task Health_SomethingWrong_SaysWhat()
    {
        await using var host = await ApiHost.StartAsync();
        host.Services.GetRequiredService<WorkerHealth>().Unready("fetcher", "The clock is off by 7 s.");
        host.Store.Away = "The store is being moved.";
        using var response = await host.GetAsync("/health/ready");
        var problem = await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable);
        problem.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()).ShouldBe(
            ["fetcher: The clock is off by 7 s.", "store: The store is being moved."]);
        response.Headers.RetryAfter.ShouldNotBeNull();
        (await host.GetJsonAsync("/health/live")).GetProperty("status").GetString().ShouldBe("live");
    }

    private static DataPointBatch Batch(long slot, long[] read, params Miss[] missed) =>
        new(slot, TimeSpan.FromMinutes(1), [.. read.Select(id => ApiStorage.Point(id, slot, 100, 10))], missed);

    // Of the shards 3 have waited for 1.25 s, 7 are in flight and 2 delayed; 6 dead letters have made room for others, and none is left. Only one is kept.
    private static async Task FillQueueAsync(ApiStorage storage)
    {
        var shards = storage.Queues.Get(QueueNames.InfluencerIdStore);
        for (var i = 0; i < 7; i++)
            await storage.BuryAsync(QueueNames.InfluencerIdStore);
        (await storage.Queues.DropAsync(QueueNames.InfluencerIdStore, (await storage.DeadAsync(QueueNames.InfluencerIdStore)).ShouldHaveSingleItem(), Token)).ShouldBeTrue();
        storage.Come(ApiHost.NowMs - 1250);
        await shards.SendAsync([.. Enumerable.Repeat(new OutgoingMessage("{}"u8.ToArray()), 10)], Token);
        (await shards.ReceiveAsync(7, TimeSpan.FromMinutes(1), TimeSpan.Zero, Token)).Count.ShouldBe(7);
        await shards.SendAsync([.. Enumerable.Repeat(new OutgoingMessage("{}"u8.ToArray(), TimeSpan.FromMinutes(1)), 2)], Token);
    }
}
