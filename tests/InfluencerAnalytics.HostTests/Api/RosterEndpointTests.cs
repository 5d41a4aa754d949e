using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class RosterEndpointTests
{
    [Theory]
    [InlineData("query=a&cursor=1.YQA")]
    [InlineData("query=a&cursor=1.Yf8")]
    [InlineData("query=a&cursor=1.YcOF4g")]
    public async Task List_CursorWithWhatNoNameHas_IsAProblem(string query)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1));
        using var response = await host.GetAsync($"/api/v1/influencers?{query}");
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest)).GetProperty("title").GetString().ShouldBe("Bad cursor");
    }

    [Fact]
    public async Task List_StoreRefusesWhatIsAsked_IsAProblemOfTheRequest()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1));
        host.Store.Refuses = "No store takes that.";
        using var response = await host.GetAsync("/api/v1/influencers?query=a");
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString().ShouldBe(host.Store.Refuses);
    }

    [Fact]
    public async Task Track_NewAndKnownIds_SaysHowManyOfEach()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1));
        using var response = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/influencers", """{"ids":[1,2,3,3]}""");
        (await ApiHost.JsonOfAsync(response)).GetRawText().ShouldBe("""{"added":2,"alreadyTracked":1}""");
        using var again = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/influencers", """{"ids":[1,2,3]}""");
        (await ApiHost.JsonOfAsync(again)).GetRawText().ShouldBe("""{"added":0,"alreadyTracked":3}""");
    }

    [Theory]
    [InlineData("""{"ids":[]}""")]
    [InlineData("""{}""")]
    [InlineData("""null""")]
    [InlineData("""[1,2]""")]
    [InlineData("""{"ids":[0]}""")]
    [InlineData("""{"ids":[9007199254740992]}""")]
    [InlineData("""{"ids":["1"]}""")]
    [InlineData("""{"ids":[1.5]}""")]
    [InlineData("""{"ids":[1""")]
    [InlineData("""{"ids":1}""")]
    [InlineData("""not json""")]
    [InlineData("")]
    public async Task Track_BadBody_IsAProblemAndTracksNobody(string body)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/influencers", body);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
        (await host.GetJsonAsync("/api/v1/influencers")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Track_TooManyIdsOrBytes_IsAProblem()
    {
        await using var host = await ApiHost.StartAsync();
        using var ids = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/influencers", $$"""{"ids":[{{string.Join(',', Enumerable.Range(1, 100_001))}}]}""");
        await ApiHost.ProblemOfAsync(ids, HttpStatusCode.BadRequest);
        using var most = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/influencers", $$"""{"ids":[{{string.Join(',', Enumerable.Range(1, 100_000))}}]}""");
        (await ApiHost.JsonOfAsync(most)).GetProperty("added").GetInt32().ShouldBe(100_000);
        // Asking first is what a client does that wants to read the refusal: the server hangs up on one that just goes on sending.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/influencers");
        request.Content = new StringContent($$"""{"ids":[1{{new string(' ', 5 << 20)}}]}""", null, "application/json");
        request.Headers.Add("X-Api-Key", ApiHost.Key);
        request.Headers.ExpectContinue = true;
        using var bytes = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ApiHost.ProblemOfAsync(bytes, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Track_OtherMediaType_IsAProblem()
    {
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/influencers") { Content = new StringContent("ids=1", null, "application/x-www-form-urlencoded") };
        request.Headers.Add("X-Api-Key", ApiHost.Key);
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Untrack_TrackedThenAgainThenUnknown_IsDoneDoneNotFound()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1));
        using var first = await host.SendWithKeyAsync(HttpMethod.Delete, "/api/v1/influencers/1");
        first.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var second = await host.SendWithKeyAsync(HttpMethod.Delete, "/api/v1/influencers/1");
        second.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var unknown = await host.SendWithKeyAsync(HttpMethod.Delete, "/api/v1/influencers/2");
        await ApiHost.ProblemOfAsync(unknown, HttpStatusCode.NotFound);
        using var bad = await host.SendWithKeyAsync(HttpMethod.Delete, "/api/v1/influencers/x");
        await ApiHost.ProblemOfAsync(bad, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task List_Pages_GiveEveryoneOnce()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync([.. Enumerable.Range(1, 25).Select(id => (long)id)]));
        var seen = new List<long>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await host.GetJsonAsync($"/api/v1/influencers?limit=10&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        seen.ShouldBe(Enumerable.Range(1, 25).Select(id => (long)id));
    }

    [Theory]
    [InlineData("7", 1)]
    [InlineData("8", 0)]
    [InlineData("Influencer-1", 11)]
    [InlineData("nobody", 0)]
    public async Task List_Query_FindsByIdOrUsernamePrefix(string query, int found)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            foreach (var id in (long[])[7, 1, .. Enumerable.Range(10, 10)])
            {
                await storage.TrackAsync(id);
                await storage.AddAsync(id, ApiHost.Slot, 1, 1);
            }
        });
        (await host.GetJsonAsync($"/api/v1/influencers?query={query}")).GetProperty("items").GetArrayLength().ShouldBe(found);
    }

    [Fact]
    public async Task List_EachStatus_SaysWhySinceWhenAndTheLatestCount()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2, 3, 4);
            foreach (var id in (long[])[1, 2, 3, 4])
                await storage.AddAsync(id, ApiHost.Slot - 180_000, 100 * id, 1);
            await storage.AppendAsync(new DataPointBatch(ApiHost.Slot - 120_000, TimeSpan.FromMinutes(1), [ApiStorage.Point(1, ApiHost.Slot - 120_000, 150, 1)], [new Miss(2, MissReason.Timeout)]));
            for (var slot = ApiHost.Slot - 120_000; slot <= ApiHost.Slot; slot += 60_000)
                await storage.AppendAsync(new DataPointBatch(slot, TimeSpan.FromMinutes(1), [], [new Miss(3, MissReason.NotFound)]));
            await storage.UntrackAsync(4);
        });
        var failing = (await host.GetJsonAsync("/api/v1/influencers?status=failing")).GetProperty("items").EnumerateArray().Single();
        (failing.GetProperty("id").GetInt64(), failing.GetProperty("status").GetString(), failing.GetProperty("lastError").GetString(), failing.GetProperty("followerCount").GetInt64())
            .ShouldBe((2, "failing", "timeout", 200));
        (failing.GetProperty("slot").GetString(), failing.GetProperty("since").GetString(), failing.GetProperty("lastErrorAt").GetString())
            .ShouldBe((UtcText.Of(ApiHost.Slot - 180_000), UtcText.Of(ApiHost.Slot - 120_000), UtcText.Of(ApiHost.Slot - 120_000)));
        var gone = (await host.GetJsonAsync("/api/v1/influencers?status=gone")).GetProperty("items").EnumerateArray().Single();
        (gone.GetProperty("id").GetInt64(), gone.GetProperty("lastError").GetString()).ShouldBe((3, "not_found"));
        var tracked = (await host.GetJsonAsync("/api/v1/influencers?status=tracked")).GetProperty("items").EnumerateArray().Single();
        (tracked.GetProperty("id").GetInt64(), tracked.GetProperty("lastError").ValueKind).ShouldBe((1, JsonValueKind.Null));
        foreach (var path in (string[])["status=removed", "query=4", "query=influencer-4&status=removed"])
        {
            var removed = (await host.GetJsonAsync($"/api/v1/influencers?{path}")).GetProperty("items").EnumerateArray().Single();
            (removed.GetProperty("id").GetInt64(), removed.GetProperty("status").GetString()).ShouldBe((4, "removed"), path);
        }
        (await host.GetJsonAsync("/api/v1/influencers")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()).ShouldBe([1, 2, 3]);
        (await host.GetJsonAsync("/api/v1/influencers?query=4&status=gone")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task List_PagesOfASearch_GiveEveryoneOnceAndOnlyToTheirQuery()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync([.. Enumerable.Range(1, 25).Select(id => (long)id)]);
            await storage.AddAsync(Enumerable.Range(1, 25).Select(id => ApiStorage.Point(id, ApiHost.Slot, 1, 1)));
        });
        var seen = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await host.GetJsonAsync($"/api/v1/influencers?query=INFLUENCER-&limit=10&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("username").GetString()!));
            if (page.GetProperty("nextCursor").GetString() is { } next)
            {
                foreach (var other in (string[])["query=nobody&", ""])
                {
                    using var refused = await host.GetAsync($"/api/v1/influencers?{other}cursor={next}");
                    await ApiHost.ProblemOfAsync(refused, HttpStatusCode.BadRequest);
                }
            }
            cursor = page.GetProperty("nextCursor").GetString();
        }
        seen.ShouldBe(Enumerable.Range(1, 25).Select(id => $"influencer-{id}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("status=new")]
    [InlineData("status=Failing")]
    [InlineData("cursor=1.!")]
    [InlineData("query=a&cursor=1")]
    [InlineData("query=a&cursor=1.Yg")]
    [InlineData("cursor=-1")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=ten")]
    [InlineData("cursor=x")]
    public async Task List_BadParameter_IsAProblem(string query)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync($"/api/v1/influencers?{query}");
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }
}
