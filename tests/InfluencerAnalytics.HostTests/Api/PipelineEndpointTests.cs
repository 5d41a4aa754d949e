using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class PipelineEndpointTests
{
    private const long Minute = 60_000;

    [Fact]
    public async Task Get_Running_ShowsSlotsQueuesAndStore()
    {
        await using var host = await ApiHost.StartAsync(store =>
        {
            store.Track(1, 2, 3, 4);
            Seed(store, ApiHost.Slot - 4 * Minute);
            store.Slots.Add(Summary(ApiHost.Slot - 4 * Minute, 4, 4));
            store.Slots.Add(Summary(ApiHost.Slot - 3 * Minute, 4, 3, (MissReason.Timeout, 1)));
            store.Slots.Add(Summary(ApiHost.Slot - Minute, 4, 4));
        });
        host.Queues.Queue(QueueNames.InfluencerIdStore).Depth = new QueueDepth(3, 7, 2, 1.25, 0, 6);
        var statistics = host.Services.GetRequiredService<PipelineStatistics>();
        statistics.AttemptFailed(MissReason.ServerError);
        statistics.NewerMessages.Note(QueueNames.InfluencerIdStore, new ReceivedMessage("1", "1", default, 1, 0), 2, TimeSpan.FromMinutes(1), NullLogger.Instance);
        statistics.StoredPoints(10, 1, 0, 0.5);

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
            """{"waiting":3,"inFlight":7,"delayed":2,"oldestSeconds":1.2,"dead":0,"droppedDead":6,"newerVersion":1}""");
        answer.GetProperty("fetch").GetProperty("failures").GetRawText().ShouldBe("""{"server_error":1}""");
        answer.GetProperty("ingest").GetProperty("lagSeconds").GetDouble().ShouldBe(0.5);
        var state = answer.GetProperty("store");
        state.GetProperty("kind").GetString().ShouldBe("fake");
        state.GetProperty("state").GetString().ShouldBe("ready");
        // 7 points in 3 final minutes at 10 bytes each: 33,600 bytes a day; a million bytes last 29.8 days.
        state.GetProperty("bytesPerDay").GetDouble().ShouldBe(33_600);
        state.GetProperty("daysUntilFull").GetDouble().ShouldBe(29.8);
    }

    [Fact]
    public async Task Get_LongDown_ShowsEverySlotOfItAsAGap()
    {
        await using var host = await ApiHost.StartAsync(store =>
        {
            store.Track(1, 2);
            Seed(store, ApiHost.Slot - 3 * Minute);
            store.Slots.Add(Summary(ApiHost.Slot - 300 * Minute, 2, 2));
        });
        var slots = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("slots");
        slots.GetArrayLength().ShouldBe(10);
        slots.EnumerateArray().ShouldAllBe(slot => slot.GetProperty("coverage").GetDouble() == 0);
        (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("slots").GetRawText().ShouldBe(slots.GetRawText());
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
    public async Task Health_AllWell_IsReady()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetJsonAsync("/health/live")).GetProperty("status").GetString().ShouldBe("live");
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

    private static void Seed(FakeStore store, long at) =>
        store.Generations = new GenerationState(1, new SealedGeneration(1, TimeSpan.FromMinutes(1), 500, at));

    private static SlotSummary Summary(long slot, long tracked, long stored, params (MissReason Reason, long Count)[] missed) =>
        new(slot, TimeSpan.FromMinutes(1), tracked, stored, 0, 0, missed.ToDictionary(miss => miss.Reason, miss => miss.Count));
}
