using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class SuspicionEndpointTests
{
    private const string Path = "/api/v1/influencers/7/suspicion";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_JudgedSeveralTimes_GivesTheNewestAndEachChange()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(7);
            foreach (var (hoursAgo, flag) in ((int, bool)[])[(72, false), (48, true), (24, true)])
                await storage.Store.WriteVerdictsAsync([new SuspicionVerdict(7, flag, ApiHost.NowMs - hoursAgo * 3_600_000L, 1000 + hoursAgo, 100)], Token);
        });
        (await host.GetJsonAsync(Path)).GetProperty("provider").GetRawText().ShouldBe(
            """
            {"suspicious":true,"checkedAt":"2026-11-22T15:04:30Z","followerCount":1024,"followingCount":100,"history":[
            {"suspicious":true,"checkedAt":"2026-11-21T15:04:30Z","followerCount":1048,"followingCount":100},
            {"suspicious":false,"checkedAt":"2026-11-20T15:04:30Z","followerCount":1072,"followingCount":100}]}
            """.ReplaceLineEndings(""));
        var typed = (await host.Typed.GetSuspicionAsync(7, Token)).Provider;
        (typed.Suspicious, typed.History.Count).ShouldBe((true, 2));
    }

    [Fact]
    public async Task Get_NeverJudged_IsKnownWithNulls()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        (await host.GetJsonAsync(Path)).GetProperty("provider").GetRawText()
            .ShouldBe("""{"suspicious":null,"checkedAt":null,"followerCount":null,"followingCount":null,"history":[]}""");
    }

    [Fact]
    public async Task Get_NotModified_Is304UntilTheNextVerdict()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        await host.Store.WriteVerdictsAsync([new SuspicionVerdict(7, true, ApiHost.NowMs - 1000, 1, 1)], Token);
        using var first = await host.GetAsync(Path);
        var tag = first.Headers.ETag!.ToString();
        using var same = await host.GetAsync(Path, ("If-None-Match", tag));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await host.Store.WriteVerdictsAsync([new SuspicionVerdict(7, true, ApiHost.NowMs, 1, 1)], Token);
        using var changed = await host.GetAsync(Path, ("If-None-Match", tag));
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/api/v1/influencers/0/suspicion", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/influencers/-7/suspicion", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/influencers/9007199254740992/suspicion", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/influencers/x/suspicion", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/influencers/8/suspicion", HttpStatusCode.NotFound)]
    public async Task Get_BadOrUnknownId_IsAProblem(string path, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        using var response = await host.GetAsync(path);
        await ApiHost.ProblemOfAsync(response, status);
    }

    [Fact]
    public async Task Get_StoreAway_Is503()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        host.Store.Away = "It is being moved.";
        using var response = await host.GetAsync(Path);
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString()!.ShouldContain("It is being moved.");
    }

    [Fact]
    public async Task Get_InfluencerThatWasJudged_TellsTheFlag()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(7);
            await storage.AddAsync(7, ApiHost.Slot, 100, 10);
            await storage.Store.WriteVerdictsAsync([new SuspicionVerdict(7, true, ApiHost.NowMs, 100, 10)], Token);
        });
        JsonElement answer = default;
        await ApiHost.WaitForAsync(() =>
        {
            answer = host.GetJsonAsync("/api/v1/influencers/7").GetAwaiter().GetResult();
            return answer.GetProperty("suspicious").ValueKind == JsonValueKind.True;
        });
        answer.GetProperty("suspicionCheckedAt").GetString().ShouldBe("2026-11-23T15:04:30Z");
    }
}
