using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Suspicion;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>The leaderboard and the movers over HTTP.</summary>
public sealed class RankingEndpointTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    [Fact]
    public async Task Leaderboard_Pages_AreInOrderWithTies()
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        var all = await host.GetJsonAsync("/api/v1/leaderboard");
        all.GetProperty("asOf").GetString().ShouldBe("2026-11-23T15:04:00Z");
        (all.GetProperty("total").GetInt32(), all.GetProperty("offset").GetInt32()).ShouldBe((5, 0));
        Lines(all).ShouldBe([(1, 5L), (2, 2L), (2, 3L), (2, 4L), (5, 1L)]);
        all.GetProperty("items")[0].GetRawText().ShouldBe(
            """{"rank":1,"id":5,"username":"influencer-5","followerCount":500,"change24h":null,"suspicious":null}""");
        Lines(await host.GetJsonAsync("/api/v1/leaderboard?limit=2&offset=2")).ShouldBe([(2, 3L), (2, 4L)]);
        Lines(await host.GetJsonAsync("/api/v1/leaderboard?offset=100000000")).ShouldBeEmpty();
        Lines(await host.GetJsonAsync("/api/v1/leaderboard?limit=3&around=4")).ShouldBe([(2, 3L), (2, 4L), (5, 1L)]);
        var around = await host.GetJsonAsync("/api/v1/leaderboard?limit=3&around=5");
        (Lines(around)[0], around.GetProperty("offset").GetInt32()).ShouldBe(((1, 5L), 0));
    }

    [Fact]
    public async Task Leaderboard_WithoutTheSuspicious_RanksTheOthers()
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        Flag(host, new SuspicionFlag(5, true, 1), new SuspicionFlag(3, true, 1), new SuspicionFlag(1, false, 1));
        var others = await host.GetJsonAsync("/api/v1/leaderboard?excludeSuspicious=true");
        others.GetProperty("total").GetInt32().ShouldBe(3);
        Lines(others).ShouldBe([(1, 2L), (1, 4L), (3, 1L)]);
        others.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("suspicious").GetRawText()).ShouldBe(["null", "null", "false"]);
        Lines(await host.GetJsonAsync("/api/v1/leaderboard?excludeSuspicious=false")).Count.ShouldBe(5);
        using var leftOut = await host.GetAsync("/api/v1/leaderboard?excludeSuspicious=true&around=5");
        (await ApiHost.ProblemOfAsync(leftOut, HttpStatusCode.NotFound)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("suspicious");
        (await host.GetJsonAsync("/api/v1/summary")).GetProperty("suspicious").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Leaderboard_AroundOneThatIsNotListed_IsNotFound()
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        using var unread = await host.GetAsync("/api/v1/leaderboard?around=6");
        (await ApiHost.ProblemOfAsync(unread, HttpStatusCode.NotFound)).GetProperty("title").GetString().ShouldBe("Not ranked");
        using var unknown = await host.GetAsync("/api/v1/leaderboard?around=99");
        (await ApiHost.ProblemOfAsync(unknown, HttpStatusCode.NotFound)).GetProperty("title").GetString().ShouldBe("Unknown influencer");
    }

    [Theory]
    [InlineData("leaderboard?limit=0")]
    [InlineData("leaderboard?limit=1001")]
    [InlineData("leaderboard?limit=1e2")]
    [InlineData("leaderboard?offset=-1")]
    [InlineData("leaderboard?offset=100000001")]
    [InlineData("leaderboard?offset=99999999999999999999")]
    [InlineData("leaderboard?around=0")]
    [InlineData("leaderboard?around=9007199254740992")]
    [InlineData("leaderboard?around=x")]
    [InlineData("leaderboard?around=1&offset=0")]
    [InlineData("leaderboard?excludeSuspicious=1")]
    [InlineData("leaderboard?excludeSuspicious=TRUE")]
    [InlineData("leaderboard?format=xml")]
    [InlineData("movers?window=1d")]
    [InlineData("movers?window=24h,1h")]
    [InlineData("movers?direction=sideways")]
    [InlineData("movers?by=luck")]
    [InlineData("movers?limit=0")]
    [InlineData("movers?limit=1001")]
    [InlineData("movers?format=xml")]
    public async Task Lists_BadParameter_IsAProblem(string path)
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        using var response = await host.GetAsync("/api/v1/" + path);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Lists_StoreAway_AnswerFromMemoryAndSaySo()
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        await host.WaitForChangesAsync();
        host.Store.Away = "The store is being moved.";
        host.Time.Advance(TimeSpan.FromSeconds(30));
        foreach (var path in (string[])["leaderboard", "movers"])
        {
            var answer = await host.GetJsonAsync("/api/v1/" + path);
            answer.GetProperty("items")[0].GetProperty("username").ValueKind.ShouldBe(JsonValueKind.Null);
            answer.GetProperty("problem").GetString().ShouldBe(host.Store.Away);
            answer.GetProperty("ageSeconds").GetDouble().ShouldBeGreaterThanOrEqualTo(29);
        }
    }

    [Fact]
    public async Task Lists_AsCsv_SayTheirAgeAndAreUnavailableWithoutNames()
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        await host.WaitForChangesAsync();
        host.Time.Advance(TimeSpan.FromMilliseconds(300));
        foreach (var download in (Func<Task<CsvDownload>>[])[() => host.Typed.DownloadLeaderboardAsync(), () => host.Typed.DownloadMoversAsync()])
        {
            await using var rows = await download();
            rows.AsOf.ShouldBe("2026-11-23T15:04:00Z");
            rows.AgeSeconds.ShouldNotBeNull().ShouldBeGreaterThan(0);
        }
        host.Store.Away = "The store is being moved.";
        foreach (var path in (string[])["leaderboard", "movers"])
        {
            using var response = await host.GetAsync($"/api/v1/{path}?format=csv");
            (await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString()!.ShouldStartWith(host.Store.Away);
            response.Headers.RetryAfter.ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("/api/v1/leaderboard?limit=2&offset=1", "rank,id,username,followerCount,change24h,suspicious\r\n2,2,\"influencer-2\",200,100,true\r\n2,3,\"influencer-3\",200,-100,\r\n")]
    [InlineData("/api/v1/movers?direction=down", "id,username,followerCount,followerCountBefore,change,relativeChange,suspicious\r\n3,\"influencer-3\",200,300,-100,-0.3333333333333333,\r\n")]
    public async Task Lists_AsCsv_HaveTheSameRowsAndTheirOwnTag(string path, string rows)
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        await host.WaitForChangesAsync();
        Flag(host, new SuspicionFlag(2, true, 1));
        using var json = await host.GetAsync(path);
        json.Headers.Vary.ShouldContain("Accept");
        using var csv = await host.GetAsync(path, ("Accept", "text/csv"));
        csv.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        (await csv.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(rows);
        csv.Headers.ETag.ShouldNotBe(json.Headers.ETag);
        foreach (var (tag, accept) in ((string, string)[])[(json.Headers.ETag!.ToString(), "application/json"), (csv.Headers.ETag!.ToString(), "text/csv")])
        {
            using var known = await host.GetAsync(path, ("If-None-Match", tag), ("Accept", accept));
            known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }
    }

    [Fact]
    public async Task Lists_Long_AreCompressed()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
            await storage.AddAsync(Enumerable.Range(1, 300).Select(id => ApiStorage.Point(id, ApiHost.Slot, id, 1))));
        using var response = await host.GetAsync("/api/v1/leaderboard?limit=300", ("Accept-Encoding", "gzip"));
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
    }

    [Fact]
    public async Task Movers_OfEachKind_SayWhatTheyCompare()
    {
        await using var host = await ApiHost.StartAsync(FillAsync);
        await host.WaitForChangesAsync();
        var up = await host.GetJsonAsync("/api/v1/movers?window=24h&direction=up&by=absolute");
        up.GetProperty("since").GetString().ShouldBe("2026-11-22T15:00:00Z");
        up.GetProperty("asOf").GetString().ShouldBe("2026-11-23T15:04:00Z");
        (up.GetProperty("compared").GetInt32(), up.GetProperty("leftOut").GetInt32()).ShouldBe((3, 2));
        up.GetProperty("items")[0].GetRawText().ShouldBe(
            """{"id":2,"username":"influencer-2","followerCount":200,"followerCountBefore":100,"change":100,"relativeChange":1,"suspicious":null}""");
        Movers(up).ShouldBe([(2, 100L), (1, 99L)]);
        Movers(await host.GetJsonAsync("/api/v1/movers?by=relative")).ShouldBe([(1, 99L), (2, 100L)]);
        Movers(await host.GetJsonAsync("/api/v1/movers?by=relative&limit=1")).ShouldBe([(1, 99L)]);
        Movers(await host.GetJsonAsync("/api/v1/movers?direction=down")).ShouldBe([(3, -100L)]);
        Movers(await host.GetJsonAsync("/api/v1/movers?window=7d")).ShouldBe([(2, 150L)]);
    }

    [Fact]
    public async Task Movers_NothingFromThen_IsUnavailableWithTheReason()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, ApiHost.Slot, 100, 1));
        using (var early = await host.GetAsync("/api/v1/movers?window=1h"))
            early.Headers.RetryAfter.ShouldNotBeNull();
        await host.WaitForChangesAsync();
        using var response = await host.GetAsync("/api/v1/movers?window=1h");
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("2026-11-23T14:00:00Z");
        // The first copy of the ranks is of 15:04, and the first hour of readings is over at 16:00.
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromHours(1));
        using var aDay = await host.GetAsync("/api/v1/movers?window=24h");
        aDay.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(56));
        using var aWeek = await host.GetAsync("/api/v1/movers?window=7d");
        aWeek.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(56));
    }

    private static async Task FillAsync(ApiStorage storage)
    {
        await storage.TrackAsync(1, 2, 3, 4, 5, 6);
        await storage.AddAsync(2, ApiHost.Slot - 7 * Day - 5 * Minute, 50, 1);
        // The hour that ended at 15:00 the day before.
        await storage.AddAsync(1, ApiHost.Slot - Day - 5 * Minute, 1, 1);
        await storage.AddAsync(2, ApiHost.Slot - Day - 5 * Minute, 100, 1);
        await storage.AddAsync(3, ApiHost.Slot - Day - 7 * Minute, 250, 1);
        await storage.AddAsync(3, ApiHost.Slot - Day - 6 * Minute, 300, 1);
        await storage.AddAsync(1, ApiHost.Slot, 100, 1);
        await storage.AddAsync(2, ApiHost.Slot, 200, 1);
        await storage.AddAsync(3, ApiHost.Slot, 200, 1);
        await storage.AddAsync(4, ApiHost.Slot, 200, 1);
        await storage.AddAsync(5, ApiHost.Slot, 500, 1);
    }

    private static void Flag(ApiHost host, params SuspicionFlag[] flags) => host.Services.GetRequiredService<InfluencerLeaderboard>().Flag(flags);

    private static List<(int Rank, long Id)> Lines(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("rank").GetInt32(), item.GetProperty("id").GetInt64()))];

    private static List<(long Id, long Change)> Movers(JsonElement answer) =>
        [.. answer.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("id").GetInt64(), item.GetProperty("change").GetInt64()))];
}
