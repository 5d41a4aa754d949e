using System.Net;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.HostTests.Running;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class ExportAndDeadLetterTests
{
    private const long Minute = 60_000;

    [Fact]
    public async Task Export_Raw_GivesEveryPointByDayIdAndTime()
    {
        const int Count = 3000;
        await using var host = await ApiHost.StartAsync(
            storage => storage.AddAsync(Enumerable.Range(0, Count).Select(i => ApiStorage.Point(1 + i % 3, ApiHost.Slot - i / 3 * Minute, i, 0))));
        using var response = await host.SendWithKeyAsync(HttpMethod.Get, "/api/v1/export");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var lines = await LinesAsync(response);
        lines.Count.ShouldBe(Count + 1);
        lines[1].ShouldStartWith("1,\"influencer-1\",");
        lines.Skip(1).Select(line => line.Split(',')).Select(cells => (Day: cells[2][..10], Id: cells[0], Time: cells[2])).ShouldBeInOrder();
        lines[^1].ShouldBe($"3,\"influencer-3\",2026-11-23T15:04:00Z,2026-11-23T15:04:00.250Z,2,0,");
    }

    [Fact]
    public async Task Export_Rollup_GivesOneRowAnInfluencerAndBucket()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            foreach (var id in (long[])[1, 2])
            {
                await storage.AddAsync(id, ApiHost.Slot - 2 * Minute, 10, 1);
                await storage.AddAsync(id, ApiHost.Slot - Minute, 30, 1);
            }
        });
        foreach (var resolution in (string[])["5m", "1h", "1d"])
        {
            using var response = await host.SendWithKeyAsync(HttpMethod.Get, $"/api/v1/export?resolution={resolution}");
            (await LinesAsync(response)).Count.ShouldBe(3, resolution);
        }
    }

    [Theory]
    [InlineData("resolution=auto")]
    [InlineData("resolution=1s")]
    [InlineData("start=x")]
    public async Task Export_BadParameter_IsAProblem(string query)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendWithKeyAsync(HttpMethod.Get, $"/api/v1/export?{query}");
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Export_AsManyOpenAsMayBe_TheNextIsRefusedUntilOneIsClosed()
    {
        const int Most = 2, Count = 3000;
        await using var host = await ApiHost.StartAsync(
            storage => storage.AddAsync(Enumerable.Range(0, Count).Select(i => ApiStorage.Point(1, ApiHost.Slot - i * 1000, i, 0))),
            new Dictionary<string, string?> { ["Api:MaxExports"] = "2" });
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Store.StreamsHeld = held.Task;
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < Most; i++)
            open.Add(await BeginExportAsync(host));
        open.ShouldAllBe(response => response.StatusCode == HttpStatusCode.OK);

        using (var refused = await BeginExportAsync(host))
        {
            var problem = await ApiHost.ProblemOfAsync(refused, HttpStatusCode.TooManyRequests);
            problem.GetProperty("detail").GetString()!.ShouldContain("Api:MaxExports");
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
        }

        // Whoever goes away in the middle leaves a place.
        open[0].Dispose();
        HttpResponseMessage? next = null;
        await Until.TrueAsync(
            async () =>
            {
                next?.Dispose();
                next = await BeginExportAsync(host);
                return next.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(30), () => "No place is left by an export that was closed.", TestContext.Current.CancellationToken);
        held.SetResult();
        foreach (var response in (HttpResponseMessage[])[open[1], next!])
        {
            (await LinesAsync(response)).Count.ShouldBe(Count + 1);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Export_StoreAway_IsUnavailable()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Away = "The store is being moved.";
        using var response = await host.SendWithKeyAsync(HttpMethod.Get, "/api/v1/export");
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task DeadLetters_ListReplayDrop_Work()
    {
        await using var host = await ApiHost.StartAsync(configure: options => options with { MaxDeadLetters = 2 });
        // Nine that make room for the two that are kept of this queue, and one of another.
        for (var i = 0; i < 9; i++)
            await host.Storage.BuryAsync(QueueNames.InfluencerIdStore);
        var b = await BuryASecondLaterAsync(host, QueueNames.InfluencerIdStore);
        var a = await BuryASecondLaterAsync(host, QueueNames.InfluencerDataPoints);
        var c = await BuryASecondLaterAsync(host, QueueNames.InfluencerIdStore);

        using var all = await host.SendWithKeyAsync(HttpMethod.Get, "/api/v1/dead-letters");
        var items = (await ApiHost.JsonOfAsync(all)).GetProperty("items");
        items.EnumerateArray().Select(item => item.GetProperty("id").GetString()).ShouldBe([b, a, c]);
        items[0].GetRawText().ShouldBe(
            $$"""{"id":"{{b}}","queue":"influencer_id_store","reason":"No JSON.","at":"2026-11-23T15:04:31Z","body":"what?","bodyBytes":5}""");
        using var one = await host.SendWithKeyAsync(HttpMethod.Get, "/api/v1/dead-letters?queue=influencer_id_store&limit=1");
        var page = await ApiHost.JsonOfAsync(one);
        page.GetProperty("items").GetArrayLength().ShouldBe(1);
        page.GetProperty("dead").GetInt64().ShouldBe(2);
        page.GetProperty("droppedDead").GetInt64().ShouldBe(9);

        using var replay = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/dead-letters/replay", $$"""{"ids":["{{b}}"]}""");
        (await ApiHost.JsonOfAsync(replay)).GetProperty("replayed").GetInt32().ShouldBe(1);
        using var drop = await host.SendWithKeyAsync(HttpMethod.Delete, $"/api/v1/dead-letters/{a}");
        drop.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var gone = await host.SendWithKeyAsync(HttpMethod.Delete, $"/api/v1/dead-letters/{a}");
        await ApiHost.ProblemOfAsync(gone, HttpStatusCode.NotFound);
        using var rest = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/dead-letters/replay?queue=influencer_id_store");
        (await ApiHost.JsonOfAsync(rest)).GetProperty("replayed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task DeadLetters_ReplayAndDropById_TouchThatLetterAlone()
    {
        await using var host = await ApiHost.StartAsync();
        // Each queue counts for itself: the ids of two differ by the queue alone.
        foreach (var queue in (string[])[QueueNames.InfluencerIdStore, QueueNames.InfluencerDataPoints])
        {
            for (var i = 0; i < 2; i++)
                await host.Storage.BuryAsync(queue);
        }
        var ids = await host.Storage.DeadAsync(QueueNames.InfluencerIdStore);
        var others = await host.Storage.DeadAsync(QueueNames.InfluencerDataPoints);
        var bare = ids[0].Split('-')[1];
        others[0].Split('-')[1].ShouldBe(bare);

        using var drop = await host.SendWithKeyAsync(HttpMethod.Delete, $"/api/v1/dead-letters/{others[0]}");
        drop.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.Storage.DeadAsync(QueueNames.InfluencerIdStore)).ShouldBe(ids);
        (await host.Storage.DeadAsync(QueueNames.InfluencerDataPoints)).ShouldBe([others[1]]);
        using var replay = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/dead-letters/replay", $$"""{"ids":["{{ids[1]}}","{{ids[1]}}","{{bare}}","{{others[0]}}"]}""");
        (await ApiHost.JsonOfAsync(replay)).GetProperty("replayed").GetInt32().ShouldBe(1);
        (await host.Storage.DeadAsync(QueueNames.InfluencerIdStore)).ShouldBe([ids[0]]);
        (await host.Storage.DeadAsync(QueueNames.InfluencerDataPoints)).ShouldBe([others[1]]);
        using var elsewhere = await host.SendWithKeyAsync(HttpMethod.Delete, $"/api/v1/dead-letters/{ids[0]}?queue=influencer_data_points");
        await ApiHost.ProblemOfAsync(elsewhere, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task DeadLetters_MoreThanAreShown_ReadsNoMoreThanTheLimitOfEachQueue()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 150; i++)
            await host.Storage.BuryAsync(QueueNames.InfluencerDataPoints);
        using var list = await host.SendWithKeyAsync(HttpMethod.Get, "/api/v1/dead-letters");
        (await ApiHost.JsonOfAsync(list)).GetProperty("items").GetArrayLength().ShouldBe(100);
        host.Queues.MostListed.ShouldBe(100);
    }

    [Theory]
    [InlineData("GET", "/api/v1/dead-letters?limit=101", null)]
    [InlineData("GET", "/api/v1/dead-letters?queue=nosuch", null)]
    [InlineData("GET", "/api/v1/dead-letters?limit=-1", null)]
    [InlineData("POST", "/api/v1/dead-letters/replay?queue=nosuch", "{}")]
    [InlineData("POST", "/api/v1/dead-letters/replay", "[")]
    [InlineData("POST", "/api/v1/dead-letters/replay", """{"ids":[null]}""")]
    [InlineData("POST", "/api/v1/dead-letters/replay", """{"id":["1-17"]}""")]
    [InlineData("DELETE", "/api/v1/dead-letters/a?queue=nosuch", null)]
    public async Task DeadLetters_BadInput_IsAProblem(string method, string path, string? body)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendWithKeyAsync(new HttpMethod(method), path, body);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task DeadLetters_QueueAway_IsUnavailable()
    {
        await using var host = await ApiHost.StartAsync();
        host.Queues.Away = "The queue cannot be reached.";
        using var response = await host.SendWithKeyAsync(HttpMethod.Get, "/api/v1/dead-letters");
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString().ShouldBe(host.Queues.Away);
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    private static async Task<HttpResponseMessage> BeginExportAsync(ApiHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/export");
        request.Headers.Add(ApiHeaders.Key, ApiHost.Key);
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static async Task<string> BuryASecondLaterAsync(ApiHost host, string queue)
    {
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.Storage.BuryAsync(queue);
        return (await host.Storage.DeadAsync(queue))[^1];
    }

    private static async Task<List<string>> LinesAsync(HttpResponseMessage response) =>
        [.. (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
}
