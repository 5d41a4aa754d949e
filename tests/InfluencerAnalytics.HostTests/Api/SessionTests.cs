using System.Net;
using InfluencerAnalytics.Client;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class SessionTests
{
    private const string Session = "/api/v1/session";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_WithAKey_TheCookieReadsAndWithTheTokenWrites()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1));
        using var browser = new Browser(host);
        var session = await browser.Client.SignInAsync(ApiHost.Key, Token);
        (session.MayRead, session.MayWrite, session.EndsAt).ShouldBe((true, true, "2026-11-24T03:04:30Z"));

        (await browser.SendAsync(HttpMethod.Get, "/api/v1/dead-letters")).ShouldBe(HttpStatusCode.OK);
        (await browser.SendAsync(HttpMethod.Delete, "/api/v1/influencers/1")).ShouldBe(HttpStatusCode.Forbidden);
        (await browser.SendAsync(HttpMethod.Delete, "/api/v1/influencers/1", "nonsense")).ShouldBe(HttpStatusCode.Forbidden);
        (await browser.SendAsync(HttpMethod.Delete, "/api/v1/influencers/1", session.AntiforgeryToken)).ShouldBe(HttpStatusCode.NoContent);
        var again = await browser.Client.GetSessionAsync(Token);
        (await browser.SendAsync(HttpMethod.Delete, "/api/v1/influencers/1", again.AntiforgeryToken)).ShouldBe(HttpStatusCode.NoContent);

        // A key beside it is a key, and needs no token.
        using var keyed = await host.SendWithKeyAsync(HttpMethod.Delete, "/api/v1/influencers/1");
        keyed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task SignIn_Cookie_IsForNoScriptAndNoOtherSite()
    {
        await using var host = await ApiHost.StartAsync(settings: new() { ["Api:TrustedProxies:0"] = "127.0.0.0/8" });
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = host.Client.BaseAddress };
        foreach (var (scheme, isSecure) in ((string, bool)[])[("http", false), ("https", true)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Session) { Content = new StringContent($$"""{"key":"{{ApiHost.Key}}"}""", null, "application/json") };
            request.Headers.Add("X-Forwarded-For", "198.51.100.1");
            request.Headers.Add("X-Forwarded-Proto", scheme);
            using var response = await http.SendAsync(request, Token);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Headers.CacheControl!.NoStore.ShouldBeTrue();
            var cookies = response.Headers.GetValues("Set-Cookie").ToList();
            cookies.Count.ShouldBe(2);
            foreach (var cookie in cookies)
            {
                cookie.ShouldContain("httponly", Case.Insensitive);
                cookie.ShouldContain("samesite=strict", Case.Insensitive);
                cookie.Contains("secure", StringComparison.OrdinalIgnoreCase).ShouldBe(isSecure, cookie);
                cookie.ShouldNotContain(ApiHost.Key);
            }
        }
    }

    [Theory]
    [InlineData("""{"key":"wrong"}""", 401)]
    [InlineData("""{"key":""}""", 400)]
    [InlineData("""{}""", 400)]
    [InlineData("""{"kee":"x"}""", 400)]
    [InlineData("""{"key":5}""", 400)]
    [InlineData("", 400)]
    public async Task SignIn_WithoutAKnownKey_SetsNoCookie(string body, int status)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, Session, body);
        await ApiHost.ProblemOfAsync(response, (HttpStatusCode)status);
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task SignOut_Session_IsOverAlsoForWhoKeptTheCookie()
    {
        await using var host = await ApiHost.StartAsync();
        using var browser = new Browser(host);
        var session = await browser.Client.SignInAsync(ApiHost.Key, Token);
        var kept = browser.Cookies;
        (await browser.SendAsync(HttpMethod.Delete, Session)).ShouldBe(HttpStatusCode.Forbidden);
        await browser.Client.SignOutAsync(session.AntiforgeryToken, Token);
        (await Should.ThrowAsync<ApiProblemException>(() => browser.Client.GetSessionAsync(Token))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var stolen = await host.GetAsync("/api/v1/dead-letters", ("Cookie", kept));
        stolen.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Session_AfterItsLength_IsOver()
    {
        await using var host = await ApiHost.StartAsync(settings: new() { ["Api:SessionLength"] = "00:10:00" });
        using var browser = new Browser(host);
        await browser.Client.SignInAsync(ApiHost.Key, Token);
        host.Time.Advance(TimeSpan.FromMinutes(9));
        (await browser.SendAsync(HttpMethod.Get, "/api/v1/dead-letters")).ShouldBe(HttpStatusCode.OK);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        (await browser.SendAsync(HttpMethod.Get, "/api/v1/dead-letters")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Session_OfAReadingKey_DoesNotWrite()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1), new()
        {
            ["Api:Keys:0:Name"] = "reader",
            ["Api:Keys:0:Hash"] = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("the reader's key"u8)),
        });
        using var browser = new Browser(host);
        var session = await browser.Client.SignInAsync("the reader's key", Token);
        (session.MayRead, session.MayWrite).ShouldBe((true, false));
        (await browser.SendAsync(HttpMethod.Get, "/api/v1/dead-letters")).ShouldBe(HttpStatusCode.OK);
        (await browser.SendAsync(HttpMethod.Delete, "/api/v1/influencers/1", session.AntiforgeryToken)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Token_OfAnotherSession_DoesNotCount()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(1));
        using var one = new Browser(host);
        using var other = new Browser(host);
        await one.Client.SignInAsync(ApiHost.Key, Token);
        var foreign = await other.Client.SignInAsync(ApiHost.Key, Token);
        (await one.SendAsync(HttpMethod.Delete, "/api/v1/influencers/1", foreign.AntiforgeryToken)).ShouldBe(HttpStatusCode.Forbidden);
    }

    /// <summary>A client that keeps cookies and has no key.</summary>
    private sealed class Browser : IDisposable
    {
        private readonly CookieContainer _cookies = new();
        private readonly HttpClient _http;

        public Browser(ApiHost host)
        {
            _http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies }) { BaseAddress = host.Client.BaseAddress };
            Client = new InfluencerAnalyticsClient(_http);
        }

        public InfluencerAnalyticsClient Client { get; }

        public string Cookies => _cookies.GetCookieHeader(_http.BaseAddress!);

        public async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, string? token = null)
        {
            using var request = new HttpRequestMessage(method, path);
            if (token is not null)
                request.Headers.Add("X-Antiforgery-Token", token);
            using var response = await _http.SendAsync(request, Token);
            return response.StatusCode;
        }

        public void Dispose() => _http.Dispose();
    }
}
