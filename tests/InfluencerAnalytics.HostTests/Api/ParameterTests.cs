using System.Net;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>What every endpoint makes of parameters and bodies that it does not know, and of times.</summary>
public sealed class ParameterTests
{
    [Theory]
    [InlineData("/influencer_analytics/1?starttime=1", "'start_time'")]
    [InlineData("/influencer_analytics/1?start=-1h", "'start_time'")]
    [InlineData("/api/v1/influencers?usernam=x", "'query'", "'status'", "'limit'", "'cursor'")]
    [InlineData("/api/v1/influencers?limt=5", "'limit'")]
    [InlineData("/api/v1/influencers?query=a&curser=5", "'cursor'")]
    [InlineData("/api/v1/influencers/1/timeline?resolutions=raw", "'resolution'")]
    [InlineData("/api/v1/influencers/1/timeline?id=2", "'end'", "'start'", "'format'", "'resolution'")]
    [InlineData("/api/v1/influencers/1?start=-1h", "there are none")]
    [InlineData("/api/v1/summary?x", "there are none")]
    [InlineData("/api/v1/pipeline?=", "there are none")]
    [InlineData("/health/live?verbose=1", "there are none")]
    public async Task Get_UnknownParameter_IsRefusedNamingTheNearest(string path, params string[] oneOf)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, ApiHost.Slot, 1, 1));
        using var response = await host.GetAsync(path);
        var detail = (await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString()!;
        oneOf.ShouldContain(named => detail.Contains(named, StringComparison.Ordinal), detail);
    }

    [Fact]
    public async Task Get_KnownParametersInAnyCase_AreTaken()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, ApiHost.Slot, 1, 1));
        foreach (var path in (string[])["/influencer_analytics/1?START_TIME=0&end_time=", "/api/v1/influencers?Query=&Limit=2", "/api/v1/influencers/1/timeline?start=0&Resolution=1d", "/openapi/v1.json?x=1"])
        {
            using var response = await host.GetAsync(path);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }
    }

    [Theory]
    [InlineData("POST", "/api/v1/influencers", """{"ids":[1],"idz":[2]}""", "'ids'")]
    [InlineData("POST", "/api/v1/influencers", """{"influencers":[1]}""", "'ids'")]
    [InlineData("POST", "/api/v1/dead-letters/replay", """{"id":["1-1"]}""", "'ids'")]
    [InlineData("PATCH", "/api/v1/config", """{"intervall":60}""", "'interval'")]
    [InlineData("PATCH", "/api/v1/config", """{"interval":60,"shard-size":5}""", "'shardSize'")]
    public async Task Send_UnknownMember_IsRefusedNamingTheNearest(string method, string path, string body, string nearest)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendWithKeyAsync(new HttpMethod(method), path, body);
        var problem = await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
        problem.GetProperty("title").GetString().ShouldBe("Unknown member");
        problem.GetProperty("detail").GetString()!.ShouldContain($"the nearest is {nearest}");
        (await host.GetJsonAsync("/api/v1/influencers")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public void Requests_EachType_AllowsNoOtherMember() =>
        typeof(TrackRequest).Assembly.GetTypes().Where(static type => type.Name.EndsWith("Request", StringComparison.Ordinal))
            .Where(static type => ApiJsonContext.Default.GetTypeInfo(type) is { } info && info.UnmappedMemberHandling != System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow)
            .ShouldBeEmpty();

    [Theory]
    [InlineData("-60s", 2)]
    [InlineData("-2m", 3)]
    [InlineData("-1h", 4)]
    [InlineData("-3d", 5)]
    public async Task Get_SpanBeforeNow_IsThatLongAgo(string start, int rows)
    {
        long[] ages = [0, 60_000, 90_000, 1_800_000, 86_400_000];
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(ages.Select(age => ApiStorage.Point(1, ApiHost.NowMs - ApiHost.NowMs % 1000 - age, 1, 1))));
        (await host.GetJsonAsync($"/influencer_analytics/1?start_time={start}")).GetProperty("data").GetArrayLength().ShouldBeLessThanOrEqualTo(rows);
        (await host.GetJsonAsync($"/api/v1/influencers/1/timeline?resolution=raw&start={start}&end=-0s")).GetProperty("time").GetArrayLength().ShouldBe(rows);
        using var export = await host.SendWithKeyAsync(HttpMethod.Get, $"/api/v1/export?start={start}");
        (await export.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n").Length.ShouldBe(rows + 2);
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("-1.5h")]
    [InlineData("--1h")]
    [InlineData("-1w")]
    [InlineData("-1H")]
    [InlineData("1h")]
    [InlineData("-99999d")]
    [InlineData("-99999999999999d")]
    [InlineData("- 1h")]
    public async Task Get_NoSpan_IsAProblem(string start)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, ApiHost.Slot, 1, 1));
        using var response = await host.GetAsync($"/api/v1/influencers/1/timeline?start={Uri.EscapeDataString(start)}");
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString()!.ShouldContain("-24h");
    }

    [Theory]
    [InlineData("limt", "limit")]
    [InlineData("LIMITS", "limit")]
    [InlineData("stat", "start")]
    [InlineData("e", "end")]
    [InlineData("resolutoin", "resolution")]
    public void Nearest_SomeName_IsTheOneOfFewestEdits(string given, string nearest) =>
        NearestName.Of(given, ["start", "end", "resolution", "limit"]).ShouldBe(nearest);

    [Fact]
    public void Nearest_None_IsNull() => NearestName.Of(new string('x', 10_000), []).ShouldBeNull();
}
