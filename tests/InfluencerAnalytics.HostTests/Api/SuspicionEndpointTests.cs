using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Suspicion;

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
    public async Task Get_NoHourYet_HasNoOpinionOfOurOwn()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        (await host.GetJsonAsync(Path)).GetProperty("own").ValueKind.ShouldBe(JsonValueKind.Null);
        (await host.Typed.GetSuspicionAsync(7, Token)).Own.ShouldBeNull();
    }

    [Fact]
    public async Task Get_HoursFolded_TellsScoreReasonsAndSpan()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        var watch = new SuspicionWatch();
        var hours = ApiHost.NowMs / SuspicionWatch.HourMs;
        for (var hour = hours - 48; hour < hours; hour++)
            Fold(watch, hour, before: 100_000, after: 100_000);
        await KeepAsync(host, watch, hours - 48, hours);
        (await host.GetJsonAsync(Path)).GetProperty("own").GetRawText().ShouldBe(
            """{"score":0,"reasons":[],"since":"2026-11-21T15:00:00Z","until":"2026-11-23T15:00:00Z","computedAt":"2026-11-23T15:04:30Z"}""");
    }

    [Fact]
    public async Task Get_FollowersCameWithinMinutes_SaysSoInWordsWithItsTimes()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        var watch = new SuspicionWatch();
        var hours = ApiHost.NowMs / SuspicionWatch.HourMs;
        for (var hour = hours - 48; hour < hours - 5; hour++)
            Fold(watch, hour, before: 100_000, after: 100_000);
        Fold(watch, hours - 5, before: 100_000, after: 118_400).ShouldBeTrue();
        watch.Open([.. Enumerable.Range(0, 60).Select(minute => Reading((hours - 5) * SuspicionWatch.HourMs + minute * 60_000L, 100_000 + Math.Clamp(minute - 11, 0, 6) * 18_400L / 6))]);
        for (var hour = hours - 4; hour < hours; hour++)
            Fold(watch, hour, before: 118_400, after: 118_400);
        await KeepAsync(host, watch, hours - 48, hours);
        var own = (await host.Typed.GetSuspicionAsync(7, Token)).Own!;
        own.Score!.Value.ShouldBeInRange(0.8, 0.99);
        own.Reasons.Select(reason => reason.Code).ShouldBe(["burst", "followers_alone"]);
        own.Reasons[0].Text.ShouldBe("+18,400 in 6 minutes at 10:11 UTC on 2026-11-23 (+18%), nothing like it in 3 days");
        (own.Reasons[0].From, own.Reasons[0].To).ShouldBe(("2026-11-23T10:11:00Z", "2026-11-23T10:17:00Z"));
    }

    [Fact]
    public async Task Get_TooFewHours_HasNoScoreAndSaysWhy()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        var watch = new SuspicionWatch();
        var hours = ApiHost.NowMs / SuspicionWatch.HourMs;
        for (var hour = hours - 3; hour < hours; hour++)
            Fold(watch, hour, before: 100, after: 100);
        await KeepAsync(host, watch, hours - 3, hours);
        var own = (await host.Typed.GetSuspicionAsync(7, Token)).Own!;
        (own.Score, own.Since).ShouldBe((null, "2026-11-23T12:00:00Z"));
        own.Reasons.ShouldHaveSingleItem().Text.ShouldBe("2 hours of the last 7 days are known one after the other, and 24 are needed to know a rhythm");
    }

    [Fact]
    public async Task Get_WatchOfALaterVersion_HasNoOpinionOfOurOwn()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        await host.Store.WriteWatchesAsync([new KeptWatch(7, 0, 0, 0, ApiHost.NowMs, [250, 1, 2])], default, default, Token);
        (await host.GetJsonAsync(Path)).GetProperty("own").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Get_NotModified_Is304UntilMoreHoursAreFolded()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        using var first = await host.GetAsync(Path);
        var tag = first.Headers.ETag!.ToString();
        using var same = await host.GetAsync(Path, ("If-None-Match", tag));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await KeepAsync(host, new SuspicionWatch(), 1, 2);
        using var changed = await host.GetAsync(Path, ("If-None-Match", tag));
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
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

    private static bool Fold(SuspicionWatch watch, long hour, long before, long after) =>
        watch.Fold(new Rollup(7, RollupPeriod.Hour, hour * SuspicionWatch.HourMs, 60, new RollupColumn(60 * after, before, after, before, after), RollupColumn.Of(300)));

    private static DataPoint Reading(long slot, long followers) => new(7, followers, 300, slot, slot, "one");

    private static async Task KeepAsync(ApiHost host, SuspicionWatch watch, long from, long to)
    {
        var bytes = new byte[SuspicionWatchFormat.MaxLength];
        var kept = new KeptWatch(7, 0, from * SuspicionWatch.HourMs, to * SuspicionWatch.HourMs, ApiHost.NowMs, bytes[..SuspicionWatchFormat.Write(watch, bytes)]);
        (await host.Store.WriteWatchesAsync([kept], default, default, Token)).ShouldBeTrue();
    }
}
