using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class AccessTests
{
    private static readonly (string Method, string Path)[] Guarded =
    [
        ("POST", "/api/v1/influencers"), ("DELETE", "/api/v1/influencers/1"), ("GET", "/api/v1/export"), ("HEAD", "/api/v1/export"),
        ("GET", "/api/v1/dead-letters"), ("POST", "/api/v1/dead-letters/replay"), ("DELETE", "/api/v1/dead-letters/x"),
    ];

    [Fact]
    public async Task Guarded_NoKeyOrWrongKey_IsUnauthorized()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var (method, path) in Guarded)
        {
            foreach (var key in (string[])["", "wrong", ApiHost.Key + "x", new string('x', 2000)])
            {
                using var response = await host.SendAsync(new HttpMethod(method), path, null, ("X-Api-Key", key));
                response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path} {key}");
                response.Headers.WwwAuthenticate.ShouldNotBeEmpty();
                if (method != "HEAD")
                    await ApiHost.ProblemOfAsync(response, HttpStatusCode.Unauthorized);
            }
        }
    }

    [Fact]
    public async Task Guarded_KeyAsABearerToken_IsTaken()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var (authorization, status) in ((string, HttpStatusCode)[])
            [($"Bearer {ApiHost.Key}", HttpStatusCode.OK), ($"bearer {ApiHost.Key}", HttpStatusCode.OK), ($"Basic {ApiHost.Key}", HttpStatusCode.Unauthorized), ("Bearer wrong", HttpStatusCode.Unauthorized)])
        {
            using var response = await host.SendAsync(HttpMethod.Get, "/api/v1/dead-letters", null, ("Authorization", authorization));
            response.StatusCode.ShouldBe(status, authorization);
        }
    }

    [Fact]
    public async Task Guarded_KeyWithoutTheRight_IsForbidden()
    {
        await using var host = await ApiHost.StartAsync(settings: new()
        {
            ["Api:Keys:0:Name"] = "reader",
            ["Api:Keys:0:Hash"] = HashOf("the reader's key"),
            ["Api:Keys:1:Name"] = "writer",
            ["Api:Keys:1:Hash"] = HashOf("the writer's key").ToLowerInvariant(),
            ["Api:Keys:1:Rights"] = "Write",
        });
        foreach (var (method, path) in Guarded)
        {
            var isRead = method is "GET" or "HEAD";
            using var reader = await host.SendAsync(new HttpMethod(method), path, null, ("X-Api-Key", "the reader's key"));
            (reader.StatusCode == HttpStatusCode.Forbidden).ShouldBe(!isRead, $"{method} {path}");
            using var writer = await host.SendAsync(new HttpMethod(method), path, null, ("X-Api-Key", "the writer's key"));
            (writer.StatusCode == HttpStatusCode.Forbidden).ShouldBe(isRead, $"{method} {path}");
        }
        using var forbidden = await host.SendAsync(HttpMethod.Delete, "/api/v1/influencers/1", null, ("X-Api-Key", "the reader's key"));
        await ApiHost.ProblemOfAsync(forbidden, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Reading_KeysRequired_IsOpenOnlyForHealthAndReference()
    {
        await using var host = await ApiHost.StartAsync(settings: new() { ["Api:RequireKeyForReads"] = "true" });
        foreach (var path in (string[])["/influencer_analytics/1", "/api/v1/summary", "/api/v1/pipeline", "/api/v1/influencers", "/api/v1/influencers/1/timeline"])
        {
            using var refused = await host.GetAsync(path);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            using var taken = await host.SendWithKeyAsync(HttpMethod.Get, path);
            taken.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized, path);
        }
        foreach (var path in (string[])["/health/live", "/health/ready", "/openapi/v1.json", "/docs/"])
        {
            using var open = await host.GetAsync(path);
            open.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:8080", true)]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("stats.example.com", true)]
    [InlineData("a.b.example.org", true)]
    [InlineData("example.org", false)]
    [InlineData("evil.example", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example:8080", false)]
    public async Task Host_UnknownName_IsRefused(string name, bool isAllowed)
    {
        await using var host = await ApiHost.StartAsync(settings: new()
        {
            ["Api:HostNames:0"] = "stats.example.com",
            ["Api:HostNames:1"] = "*.example.org",
        });
        for (var i = 0; i < 2; i++)
        {
            using var response = await host.GetAsync("/health/live", ("Host", name));
            if (isAllowed)
                response.StatusCode.ShouldBe(HttpStatusCode.OK);
            else
                await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task RateLimit_BehindAProxy_IsPerClient()
    {
        await using var host = await ApiHost.StartAsync(settings: new()
        {
            ["Api:RequestsPerSecond"] = "1",
            ["Api:Burst"] = "5",
            ["Api:TrustedProxies:0"] = "127.0.0.0/8",
        });
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
        {
            using var response = await host.GetAsync("/api/v1/summary", ("X-Forwarded-For", "198.51.100.7"));
            statuses.Add(response.StatusCode);
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                continue;
            response.Headers.RetryAfter.ShouldNotBeNull();
            await ApiHost.ProblemOfAsync(response, HttpStatusCode.TooManyRequests);
        }
        statuses.Take(5).ShouldAllBe(status => status == HttpStatusCode.OK);
        statuses.ShouldContain(HttpStatusCode.TooManyRequests);

        using var other = await host.GetAsync("/api/v1/summary", ("X-Forwarded-For", "198.51.100.8"));
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var health = await host.GetAsync("/health/live", ("X-Forwarded-For", "198.51.100.7"));
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task RateLimit_DirectFromThisMachine_DoesNotApply()
    {
        await using var host = await ApiHost.StartAsync(settings: new() { ["Api:RequestsPerSecond"] = "1", ["Api:Burst"] = "1" });
        for (var i = 0; i < 20; i++)
        {
            using var response = await host.GetAsync("/api/v1/summary");
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task RateLimit_UntrustedForwardedHeader_DoesNotMakeNewClients()
    {
        await using var host = await ApiHost.StartAsync(settings: new() { ["Api:RequestsPerSecond"] = "1", ["Api:Burst"] = "5" });
        var refused = 0;
        for (var i = 0; i < 20; i++)
        {
            using var response = await host.GetAsync("/api/v1/summary", ("X-Forwarded-For", $"198.51.100.{i}"));
            refused += response.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }
        refused.ShouldBeGreaterThan(5);
    }

    [Theory]
    [InlineData("GET", "/nothing/here", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/v1/summary", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/api/v1/export", HttpStatusCode.MethodNotAllowed)]
    public async Task Other_PathOrMethod_IsAProblem(string method, string path, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(new HttpMethod(method), path);
        await ApiHost.ProblemOfAsync(response, status);
    }

    [Fact]
    public async Task Start_BadOptions_NamesEveryOne()
    {
        var exception = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => ApiHost.StartAsync(settings: new()
        {
            ["Api:Keys:0:Hash"] = "12",
            ["Api:Burst"] = "0",
            ["Api:TrustedProxies:0"] = "proxy",
        }));
        foreach (var key in (string[])["Api:Keys:0:Name", "Api:Keys:0:Hash", "Api:Burst", "Api:TrustedProxies"])
            exception.Failures.ShouldContain(failure => failure.StartsWith(key, StringComparison.Ordinal), key);
    }

    [Fact]
    public async Task Reference_Document_DescribesEveryPathAndWhatNeedsAKey()
    {
        await using var host = await ApiHost.StartAsync();
        var paths = (await host.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        paths.EnumerateObject().Select(path => path.Name).ShouldBe(
            [
                "/influencer_analytics/{id}", "/api/v1/influencers/{id}", "/api/v1/influencers/{id}/timeline", "/api/v1/influencers/{id}/rank", "/api/v1/influencers/{id}/suspicion",
                "/api/v1/influencers", "/api/v1/stream", "/api/v1/session", "/api/v1/summary", "/api/v1/summary/timeline", "/api/v1/leaderboard", "/api/v1/movers", "/api/v1/pipeline", "/api/v1/export", "/api/v1/dead-letters",
                "/api/v1/dead-letters/replay", "/api/v1/dead-letters/{id}", "/api/v1/backups", "/api/v1/generations", "/api/v1/config", "/health/live", "/health/ready",
            ], ignoreOrder: true);
        paths.GetProperty("/api/v1/influencers").GetProperty("post").TryGetProperty("security", out _).ShouldBeTrue();
        paths.GetProperty("/api/v1/influencers").GetProperty("get").TryGetProperty("security", out _).ShouldBeFalse();
        paths.GetProperty("/api/v1/influencers").TryGetProperty("head", out _).ShouldBeFalse();
        paths.GetProperty("/api/v1/backups").GetProperty("post").TryGetProperty("security", out _).ShouldBeTrue();

        using var page = await host.GetAsync("/docs/");
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        html.ShouldContain("Influencer Analytics");
        html.ShouldNotContain("https://");
    }

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
