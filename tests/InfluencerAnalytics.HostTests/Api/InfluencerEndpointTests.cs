using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class InfluencerEndpointTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    [Fact]
    public async Task Get_Tracked_GivesEverythingKnown()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1000000, 1000001);
            await storage.AddAsync(1000001, ApiHost.Slot, 5000, 10);
            await storage.AddAsync(1000000, ApiHost.Slot - 7 * Day, 100, 4);
            await storage.AddAsync(1000000, ApiHost.Slot - Day - Minute, 300, 4);
            await storage.AddAsync(1000000, ApiHost.Slot - Hour, 350, 4);
            await storage.AddAsync(1000000, ApiHost.Slot, 400, 5);
        });
        var answer = await host.GetJsonAsync("/api/v1/influencers/1000000");
        answer.GetProperty("id").GetInt64().ShouldBe(1000000);
        answer.GetProperty("username").GetString().ShouldBe("influencer-1000000");
        answer.GetProperty("followerCount").GetInt64().ShouldBe(400);
        answer.GetProperty("followingCount").GetInt64().ShouldBe(5);
        answer.GetProperty("followerRatio").GetDouble().ShouldBe(80);
        answer.GetProperty("slot").GetString().ShouldBe("2026-11-23T15:04:00Z");
        answer.GetProperty("retrievedAt").GetString().ShouldBe("2026-11-23T15:04:00.250Z");
        answer.GetProperty("rank").GetInt32().ShouldBe(2);
        answer.GetProperty("rankOf").GetInt32().ShouldBe(2);
        answer.GetProperty("suspicious").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("suspicionCheckedAt").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("status").GetString().ShouldBe("tracked");
        answer.GetProperty("change").GetRawText().ShouldBe("""{"1h":50,"24h":100,"7d":300}""");
    }

    [Fact]
    public async Task Get_LastReadAMonthAgo_HasNoChangeOfNow()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            storage.Come(ApiHost.NowMs);
            await storage.AddAsync(1, ApiHost.Slot - 30 * Day - Hour, 100, 10);
            await storage.AddAsync(1, ApiHost.Slot - 30 * Day, 600, 10);
            await storage.AddAsync(2, ApiHost.Slot, 600, 10);
        });
        (await host.GetJsonAsync("/api/v1/influencers/1")).GetProperty("change").GetRawText().ShouldBe("""{"1h":null,"24h":null,"7d":null}""");
    }

    [Fact]
    public async Task Get_ReadLongBeforeTheWindowOnly_HasNoChangeOverIt()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1);
            // In the hour before the one that the window begins in, but fifty minutes before the window.
            await storage.AddAsync(1, ApiHost.Slot - Hour - 50 * Minute, 100, 10);
            await storage.AddAsync(1, ApiHost.Slot, 600, 10);
        });
        (await host.GetJsonAsync("/api/v1/influencers/1")).GetProperty("change").GetProperty("1h").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Get_NoReadingYet_IsKnownWithNulls()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        var answer = await host.GetJsonAsync("/api/v1/influencers/7");
        foreach (var name in (string[])["username", "followerCount", "followingCount", "followerRatio", "slot", "retrievedAt", "rank"])
            answer.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null, name);
        answer.GetProperty("change").GetRawText().ShouldBe("""{"1h":null,"24h":null,"7d":null}""");
    }

    [Fact]
    public async Task Get_FollowingIsZero_RatioIsNull()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(7, ApiHost.Slot, 100, 0));
        (await host.GetJsonAsync("/api/v1/influencers/7")).GetProperty("followerRatio").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Get_RawOfAWeekAgoDropped_TakesTheChangeFromTheHours()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(7);
            var hour = (ApiHost.Slot - 7 * Day) / Hour * Hour - Hour;
            await storage.AddRollupAsync(RollupPeriod.Hour, 7, hour, new RollupColumn(100, 10, 30, 10, 30), RollupColumn.Of(1));
            await storage.AddAsync(7, ApiHost.Slot, 100, 1);
        });
        (await host.GetJsonAsync("/api/v1/influencers/7")).GetProperty("change").GetProperty("7d").GetInt64().ShouldBe(70);
    }

    [Fact]
    public async Task Get_RemovedOrOnlyFromOutside_IsStillKnown()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(7);
            await storage.AddAsync(7, ApiHost.Slot, 100, 1);
            await storage.UntrackAsync(7);
            await storage.AddAsync(8, ApiHost.Slot, 200, 1);
        });
        var removed = await host.GetJsonAsync("/api/v1/influencers/7");
        removed.GetProperty("status").GetString().ShouldBe("removed");
        removed.GetProperty("followerCount").GetInt64().ShouldBe(100);
        removed.GetProperty("rank").ValueKind.ShouldBe(JsonValueKind.Null);
        (await host.GetJsonAsync("/api/v1/influencers/8")).GetProperty("status").GetString().ShouldBe("unknown");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/rank")]
    [InlineData("/timeline")]
    [InlineData("/timeline?format=csv")]
    [InlineData("/timeline?format=csv&resolution=raw")]
    public async Task Get_NothingKnown_IsNotFound(string path)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1));
        using var response = await host.GetAsync("/api/v1/influencers/42" + path);
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.NotFound)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("42");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("9007199254740992")]
    [InlineData("99999999999999999999999999")]
    [InlineData("abc")]
    [InlineData("%00")]
    [InlineData("%F0%9F%92%A9")]
    [InlineData("+1")]
    [InlineData("%D9%A1")]
    public async Task Get_BadId_IsAProblem(string id)
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var suffix in (string[])["", "/rank", "/timeline"])
        {
            using var response = await host.GetAsync($"/api/v1/influencers/{id}{suffix}");
            // A null character never gets past the server's own parser.
            if (id != "%00")
                await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
            else
                response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Get_StoreAway_AnswersFromMemoryAndSaysSo()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(7);
            await storage.AddAsync(7, ApiHost.Slot, 100, 1);
        });
        host.Store.Away = "The store is being moved.";
        host.Time.Advance(TimeSpan.FromSeconds(30));
        var answer = await host.GetJsonAsync("/api/v1/influencers/7");
        answer.GetProperty("followerCount").GetInt64().ShouldBe(100);
        answer.GetProperty("rank").GetInt32().ShouldBe(1);
        answer.GetProperty("problem").GetString().ShouldBe(host.Store.Away);
        answer.GetProperty("ageSeconds").GetDouble().ShouldBeGreaterThanOrEqualTo(29);

        using var unknown = await host.GetAsync("/api/v1/influencers/42");
        await ApiHost.ProblemOfAsync(unknown, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Get_RankAndSummary_FollowTheStore()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2, 3, 4);
            await storage.AddAsync(1, ApiHost.Slot, 100, 10);
            await storage.AddAsync(2, ApiHost.Slot, 300, 20);
            await storage.AddAsync(3, ApiHost.Slot, 100, 60);
        });
        var rank = await host.GetJsonAsync("/api/v1/influencers/3/rank");
        rank.GetProperty("rank").GetInt32().ShouldBe(2);
        rank.GetProperty("rankOf").GetInt32().ShouldBe(3);
        rank.GetProperty("followerCount").GetInt64().ShouldBe(100);
        rank.GetProperty("asOf").GetString().ShouldBe("2026-11-23T15:04:00Z");
        (await host.GetJsonAsync("/api/v1/influencers/4/rank")).GetProperty("rank").ValueKind.ShouldBe(JsonValueKind.Null);

        await host.Storage.AddAsync(3, ApiHost.Slot + Minute, 500, 60);
        await host.FollowAsync();
        (await host.GetJsonAsync("/api/v1/influencers/3/rank")).GetProperty("rank").GetInt32().ShouldBe(1);
        var summary = await host.GetJsonAsync("/api/v1/summary");
        summary.GetProperty("tracked").GetInt32().ShouldBe(4);
        summary.GetProperty("reporting").GetInt32().ShouldBe(3);
        summary.GetProperty("averageFollowerCount").GetDouble().ShouldBe(300);
        summary.GetProperty("averageFollowingCount").GetDouble().ShouldBe(30);
        summary.GetProperty("asOf").GetString().ShouldBe("2026-11-23T15:05:00Z");
    }

    [Theory]
    [InlineData("/api/v1/influencers/1/rank")]
    [InlineData("/api/v1/leaderboard")]
    [InlineData("/api/v1/movers")]
    [InlineData("/api/v1/summary")]
    public async Task Get_RanksNotLoaded_IsUnavailable(string path)
    {
        await using var host = await ApiHost.StartAsync(storage =>
        {
            storage.Store.Away = "The store starts.";
            return Task.CompletedTask;
        });
        using var response = await host.GetAsync(path);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Get_Judged_ShowsTheNewestVerdict()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(7, ApiHost.Slot, 100, 1));
        using var before = await host.GetAsync("/api/v1/influencers/7");
        (await host.GetJsonAsync("/api/v1/summary")).GetProperty("suspicious").ValueKind.ShouldBe(JsonValueKind.Null);
        host.Services.GetRequiredService<InfluencerLeaderboard>().Flag([new SuspicionFlag(7, true, ApiHost.Slot - Hour), new SuspicionFlag(8, true, ApiHost.Slot)]);
        using var after = await host.GetAsync("/api/v1/influencers/7", ("If-None-Match", before.Headers.ETag!.ToString()));
        var answer = await ApiHost.JsonOfAsync(after);
        answer.GetProperty("suspicious").GetBoolean().ShouldBeTrue();
        answer.GetProperty("suspicionCheckedAt").GetString().ShouldBe("2026-11-23T14:04:00Z");
        // Of the other one nothing is read yet.
        (await host.GetJsonAsync("/api/v1/summary")).GetProperty("suspicious").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Get_KnownContent_IsNotModified()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(7, ApiHost.Slot, 100, 1));
        foreach (var path in (string[])["/api/v1/influencers/7", "/api/v1/influencers/7/timeline"])
        {
            using var first = await host.GetAsync(path);
            first.Headers.ETag!.IsWeak.ShouldBeTrue();
            using var second = await host.GetAsync(path, ("If-None-Match", $"\"other\", {first.Headers.ETag}"));
            second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            (await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        }
        using var old = await host.GetAsync("/api/v1/influencers/7/timeline");
        await host.Storage.AddAsync(7, ApiHost.Slot - Minute, 100, 1);
        using var changed = await host.GetAsync("/api/v1/influencers/7/timeline", ("If-None-Match", old.Headers.ETag!.ToString()));
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/influencer_analytics/7")]
    [InlineData("/api/v1/influencers/7")]
    [InlineData("/api/v1/influencers/7/timeline")]
    [InlineData("/api/v1/influencers/7/timeline?format=csv")]
    [InlineData("/api/v1/influencers/7/rank")]
    [InlineData("/api/v1/influencers")]
    [InlineData("/api/v1/leaderboard")]
    [InlineData("/api/v1/leaderboard?format=csv")]
    [InlineData("/api/v1/summary")]
    [InlineData("/api/v1/pipeline")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Head_AsGet_HasItsHeadersAndNoBody(string path)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(7, ApiHost.Slot, 100, 1));
        using var get = await host.GetAsync(path);
        using var head = await host.SendAsync(HttpMethod.Head, path);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        head.Headers.ETag.ShouldBe(get.Headers.ETag);
        (await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }
}
