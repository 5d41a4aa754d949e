using System.Net;
using InfluencerAnalytics.Host.Api.Http;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>What every answer says of itself, whatever was asked.</summary>
public sealed class AnswerHeaderTests
{
    private const string Id = "X-Request-Id";

    [Theory]
    [InlineData("GET", "/api/v1/summary", 200)]
    [InlineData("HEAD", "/api/v1/summary", 200)]
    [InlineData("GET", "/api/v1/influencers/x", 400)]
    [InlineData("GET", "/api/v1/summary?x=1", 400)]
    [InlineData("POST", "/api/v1/influencers", 401)]
    [InlineData("GET", "/api/v1/influencers/2", 404)]
    [InlineData("GET", "/nothing/here", 404)]
    [InlineData("DELETE", "/api/v1/summary", 405)]
    [InlineData("GET", "/docs/", 200)]
    public async Task Any_RequestId_IsTheCallersOrNewAndInProblemsToo(string method, string path, int status)
    {
        await using var host = await ApiHost.StartAsync();
        using var named = await host.SendAsync(new HttpMethod(method), path, null, (Id, "Order-66_a.b"));
        ((int)named.StatusCode).ShouldBe(status);
        named.Headers.GetValues(Id).ShouldBe(["Order-66_a.b"]);
        using var first = await host.SendAsync(new HttpMethod(method), path);
        using var second = await host.SendAsync(new HttpMethod(method), path);
        var id = first.Headers.GetValues(Id).Single();
        RequestIdMiddleware.IsProper(id).ShouldBeTrue();
        id.ShouldNotBe(second.Headers.GetValues(Id).Single());
        if (status >= 400)
        {
            (await ApiHost.ProblemOfAsync(named, (HttpStatusCode)status)).GetProperty("requestId").GetString().ShouldBe("Order-66_a.b");
            named.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a:b")]
    [InlineData("{id}")]
    public async Task Any_ImproperRequestId_IsReplaced(string sent)
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var id in (string[])[sent, new string('x', 129)])
        {
            using var response = await host.GetAsync("/health/live", (Id, id));
            response.Headers.GetValues(Id).Single().Length.ShouldBe(32);
        }
        using var longest = await host.GetAsync("/health/live", (Id, new string('x', 128)));
        longest.Headers.GetValues(Id).Single().Length.ShouldBe(128);
    }

    [Fact]
    public async Task StoreAway_Problem_KeepsItsRequestId()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Away = "It is away.";
        using var response = await host.GetAsync("/api/v1/influencers", (Id, "seven"));
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable)).GetProperty("requestId").GetString().ShouldBe("seven");
        response.Headers.GetValues(Id).ShouldBe(["seven"]);
    }

    [Fact]
    public async Task Limited_EveryAnswer_SaysWhatIsLeft()
    {
        await using var host = await ApiHost.StartAsync(settings: new()
        {
            ["Api:RequestsPerSecond"] = "2",
            ["Api:Burst"] = "5",
            ["Api:TrustedProxies:0"] = "127.0.0.0/8",
        });
        var said = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            using var response = await host.GetAsync(i % 2 == 0 ? "/api/v1/summary" : "/api/v1/influencers/x", ("X-Forwarded-For", "198.51.100.7"));
            response.Headers.GetValues("RateLimit-Policy").ShouldBe(["\"client\";q=5;w=3"]);
            said.Add(response.Headers.GetValues("RateLimit").Single());
        }
        // Tokens come back while it runs, two a second: the first answers are told of before any did.
        said[0].ShouldBe("\"client\";r=4;t=1");
        said.ShouldAllBe(one => System.Text.RegularExpressions.Regex.IsMatch(one, "^\"client\";r=[0-4];t=[0-3]$"));
        using var health = await host.GetAsync("/health/live", ("X-Forwarded-For", "198.51.100.7"));
        health.Headers.Contains("RateLimit").ShouldBeFalse();
        using var direct = await host.GetAsync("/api/v1/summary");
        direct.Headers.Contains("RateLimit").ShouldBeFalse();
    }

    [Theory]
    [InlineData("/influencer_analytics/1")]
    [InlineData("/api/v1/influencers/1")]
    [InlineData("/api/v1/influencers/1/rank")]
    [InlineData("/api/v1/influencers/1/timeline")]
    [InlineData("/api/v1/influencers/1/timeline?format=csv&resolution=raw")]
    [InlineData("/api/v1/influencers/1/timeline?format=csv&resolution=1h")]
    [InlineData("/api/v1/influencers/1/timeline?format=csv&resolution=1d")]
    [InlineData("/api/v1/summary/timeline")]
    [InlineData("/api/v1/summary/timeline?format=csv")]
    [InlineData("/api/v1/influencers")]
    [InlineData("/api/v1/summary")]
    [InlineData("/api/v1/config")]
    [InlineData("/api/v1/dead-letters")]
    [InlineData("/openapi/v1.json")]
    public async Task Get_KnownContent_IsNotModified(string path)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1);
            await storage.AddAsync(1, ApiHost.Slot, 10, 1);
        });
        using var first = await host.SendWithKeyAsync(HttpMethod.Get, path);
        var tag = first.Headers.ETag.ShouldNotBeNull(path).ToString();
        using var second = await host.GetAsync(path, ("If-None-Match", tag), ("X-Api-Key", ApiHost.Key));
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        second.Headers.ETag!.ToString().ShouldBe(tag);
        using var other = await host.GetAsync(path, ("If-None-Match", "W/\"0000000000000000\""), ("X-Api-Key", ApiHost.Key));
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var head = await host.SendWithKeyAsync(HttpMethod.Head, path);
        (head.StatusCode, head.Headers.ETag!.ToString()).ShouldBe((HttpStatusCode.OK, tag));
        (await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/api/v1/summary")]
    [InlineData("/api/v1/influencers/1")]
    [InlineData("/api/v1/influencers/1/rank")]
    [InlineData("/api/v1/leaderboard")]
    [InlineData("/api/v1/movers")]
    public async Task Get_KnownContentThatGrewOldSince_TellsItsAge(string path)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1);
            await storage.AddAsync(1, ApiHost.Slot - 24 * 3_600_000L - 300_000, 5, 1);
            await storage.AddAsync(1, ApiHost.Slot, 10, 1);
        });
        await host.WaitForChangesAsync();
        host.Store.Away = "The store is being moved.";
        await host.FollowAsync();
        using var first = await host.GetAsync(path);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        using var later = await host.GetAsync(path, ("If-None-Match", first.Headers.ETag!.ToString()));
        // What a client kept says that it is level with the store.
        (await ApiHost.JsonOfAsync(later)).GetProperty("ageSeconds").GetDouble().ShouldBeGreaterThan(590);
        using var atOnce = await host.GetAsync(path, ("If-None-Match", later.Headers.ETag!.ToString()));
        atOnce.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("/api/v1/config", true)]
    [InlineData("/api/v1/dead-letters", true)]
    [InlineData("/api/v1/export", true)]
    [InlineData("/health/live", true)]
    [InlineData("/api/v1/influencers", false)]
    [InlineData("/api/v1/summary", false)]
    public async Task Get_WhatMustNotBeKept_SaysSo(string path, bool noStore)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendWithKeyAsync(HttpMethod.Get, path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (response.Headers.CacheControl!.NoStore, response.Headers.CacheControl.NoCache).ShouldBe((noStore, !noStore));
    }

    [Fact]
    public async Task Get_LongAnswer_ComesCompressedToWhoWantsThat()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync([.. Enumerable.Range(1, 100).Select(id => (long)id)]);
            await storage.AddAsync(Enumerable.Range(1, 600).Select(i => ApiStorage.Point(1, ApiHost.Slot - i * 60_000L, 1, 1)));
        });
        foreach (var path in (string[])["/api/v1/influencers", "/influencer_analytics/1", "/openapi/v1.json", "/api/v1/influencers/1/timeline"])
        {
            using var response = await host.GetAsync(path, ("Accept-Encoding", "gzip"));
            response.Content.Headers.ContentEncoding.ShouldBe(["gzip"], path);
            using var plain = await host.GetAsync(path);
            plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
            response.Headers.ETag.ShouldBe(plain.Headers.ETag, path);
        }
    }
}
