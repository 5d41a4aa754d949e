using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class OriginalEndpointTests
{
    private const long Minute = 60_000;

    [Fact]
    public async Task Get_NoTimes_GivesTheLast24HoursAscending()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.AddAsync(1000000, ApiHost.Slot - 24 * 60 * Minute, 1, 1);
            await storage.AddAsync(1000000, ApiHost.Slot - 23 * 60 * Minute, 100, 40);
            await storage.AddAsync(1000000, ApiHost.Slot, 120, 0);
        });
        var answer = await host.GetJsonAsync("/influencer_analytics/1000000");
        answer.GetProperty("success").GetBoolean().ShouldBeTrue();
        Rows(answer).ShouldBe([$"[{ApiHost.Slot - 23 * 60 * Minute},100,40,2.5]", $"[{ApiHost.Slot},120,0,null]"]);
    }

    [Fact]
    public async Task Get_SeveralPointsInAMinute_GivesTheGreatestOfEachColumn()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.AddAsync(1000000, ApiHost.Slot, 100, 50);
            await storage.AddAsync(1000000, ApiHost.Slot + 10_000, 110, 40);
            await storage.AddAsync(1000000, ApiHost.Slot + 20_000, 90, 20);
        });
        Rows(await host.GetJsonAsync("/influencer_analytics/1000000")).ShouldBe([$"[{ApiHost.Slot},110,50,2.2]"]);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0.001, 120, 2)]
    [InlineData(0, 119.999, 2)]
    [InlineData(-0.5, 120, 3)]
    public async Task Get_Range_IncludesBothEndsToTheMillisecond(double startOffset, double endOffset, int rows)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            for (var i = 0; i < 3; i++)
                await storage.AddAsync(1000000, ApiHost.Slot - 10 * Minute + i * Minute, 100 + i, 10);
        });
        var from = (decimal)(ApiHost.Slot - 10 * Minute) / 1000;
        var answer = await host.GetJsonAsync(FormattableString.Invariant(
            $"/influencer_analytics/1000000?start_time={from + (decimal)startOffset}&end_time={from + (decimal)endOffset}"));
        Rows(answer).Count.ShouldBe(rows);
    }

    [Fact]
    public async Task Get_EndOnly_GivesThe24HoursBeforeIt()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.AddAsync(1000000, ApiHost.Slot - 49 * 60 * Minute, 1, 1);
            await storage.AddAsync(1000000, ApiHost.Slot - 40 * 60 * Minute, 2, 1);
            await storage.AddAsync(1000000, ApiHost.Slot, 3, 1);
        });
        var end = (ApiHost.Slot - 24 * 60 * Minute) / 1000;
        Rows(await host.GetJsonAsync($"/influencer_analytics/1000000?end_time={end}")).ShouldBe([$"[{ApiHost.Slot - 40 * 60 * Minute},2,1,2]"]);
    }

    [Fact]
    public async Task Get_UnknownInfluencer_IsAnEmptyListAndSuccess()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/influencer_analytics/42");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"data":[],"success":true}""");
    }

    [Fact]
    public async Task Get_MoreThanAPage_StreamsEveryRowOnce()
    {
        const int Count = 25_000;
        await using var host = await ApiHost.StartAsync(
            storage => storage.AddAsync(Enumerable.Range(0, Count).Select(i => ApiStorage.Point(1000000, ApiHost.Slot - i * Minute, i, 1))));
        var rows = Rows(await host.GetJsonAsync("/influencer_analytics/1000000?start_time=0"));
        rows.Count.ShouldBe(Count);
        rows.Distinct().Count().ShouldBe(Count);
    }

    [Fact]
    public async Task Get_BeyondWhatIsKept_GivesHoursAndBeforeThemDays()
    {
        const long Hour = 60 * Minute;
        const long Day = 24 * Hour;
        var midnight = ApiHost.Slot / Day * Day;
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            // Points since midnight, hours for two days before, days for three before those; days and hours overlap with what is finer.
            await storage.AddAsync(7, midnight + Minute, 50, 10);
            await storage.AddAsync(7, midnight + 2 * Minute, 60, 10);
            for (var hour = 1; hour <= 48; hour++)
                await storage.AddRollupAsync(RollupPeriod.Hour, 7, midnight - hour * Hour, new RollupColumn(0, 1, 100 + hour, 1, 1), new RollupColumn(0, 1, 10, 1, 1));
            for (var day = 0; day <= 5; day++)
                await storage.AddRollupAsync(RollupPeriod.Day, 7, midnight - day * Day, new RollupColumn(0, 1, 1000 + day, 1, 1), new RollupColumn(0, 1, 10, 1, 1));
        });

        var rows = Rows(await host.GetJsonAsync($"/influencer_analytics/7?start_time={(midnight - 4 * Day) / 1000}"));
        rows.Count.ShouldBe(2 + 48 + 2);
        rows[0].ShouldBe($"[{midnight - 4 * Day},1004,10,100.4]");
        rows[1].ShouldBe($"[{midnight - 3 * Day},1003,10,100.3]");
        rows[2].ShouldBe($"[{midnight - 48 * Hour},148,10,14.8]");
        rows[^3].ShouldBe($"[{midnight - Hour},101,10,10.1]");
        rows[^2].ShouldBe($"[{midnight + Minute},50,10,5]");

        // Within one hour of which no reading is kept.
        Rows(await host.GetJsonAsync($"/influencer_analytics/7?start_time={(midnight - Hour + 10 * Minute) / 1000}&end_time={(midnight - 10 * Minute) / 1000}"))
            .ShouldBe([$"[{midnight - Hour},101,10,10.1]"]);
        // Where readings are kept, they alone.
        Rows(await host.GetJsonAsync($"/influencer_analytics/7?start_time={(midnight + Minute) / 1000}")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Get_OnlyRollups_GivesThem()
    {
        var day = ApiHost.Slot / (1440 * Minute) * 1440 * Minute - 1440 * Minute;
        await using var host = await ApiHost.StartAsync(storage => storage.AddRollupAsync(RollupPeriod.Day, 7, day, RollupColumn.Of(5), RollupColumn.Of(0)));
        Rows(await host.GetJsonAsync("/influencer_analytics/7?start_time=0")).ShouldBe([$"[{day},5,0,null]"]);
    }

    [Theory]
    [InlineData("/influencer_analytics/0")]
    [InlineData("/influencer_analytics/-5")]
    [InlineData("/influencer_analytics/9007199254740992")]
    [InlineData("/influencer_analytics/bob")]
    [InlineData("/influencer_analytics/1?start_time=yesterday")]
    [InlineData("/influencer_analytics/1?start_time=-1")]
    [InlineData("/influencer_analytics/1?start_time=1795446660000")]
    [InlineData("/influencer_analytics/1?start_time=NaN")]
    [InlineData("/influencer_analytics/1?start_time=99999999999999999999999999999999")]
    [InlineData("/influencer_analytics/1?start_time=200&end_time=100")]
    [InlineData("/influencer_analytics/1?start_time=5000000000")]
    [InlineData("/influencer_analytics/1?start_time=1&start_time=2")]
    public async Task Get_BadInput_IsAProblem(string path)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync(path);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Get_StoreAway_IsUnavailableAndNotEmpty()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Away = "The data directory cannot be read.";
        using var response = await host.GetAsync("/influencer_analytics/1000000");
        var problem = await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable);
        problem.GetProperty("detail").GetString().ShouldBe(host.Store.Away);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Get_KnownContent_IsNotModifiedUntilItChanges()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1000000, ApiHost.Slot, 1, 1));
        using var first = await host.GetAsync("/influencer_analytics/1000000");
        var tag = first.Headers.ETag!.ToString();
        using var second = await host.GetAsync("/influencer_analytics/1000000", ("If-None-Match", tag));
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await host.Storage.AddAsync(1000000, ApiHost.Slot - Minute, 1, 1);
        using var third = await host.GetAsync("/influencer_analytics/1000000", ("If-None-Match", tag));
        third.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static List<string> Rows(JsonElement answer) => [.. answer.GetProperty("data").EnumerateArray().Select(row => row.GetRawText())];
}
