using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class SummaryTimelineEndpointTests
{
    private const string Path = "/api/v1/summary/timeline";
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly long TopOfHour = ApiHost.Slot / Hour * Hour;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Raw_GivesColumnsAndLeavesGaps()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            storage.Come(ApiHost.NowMs);
            await storage.AddAsync([ApiStorage.Point(1, TopOfHour - Hour, 100, 10), ApiStorage.Point(2, TopOfHour - Hour, 101, 20)]);
            await storage.AppendAsync(new DataPointBatch(TopOfHour - Hour + 5 * Minute, TimeSpan.FromMinutes(1), [], [new Miss(1, MissReason.Timeout), new Miss(2, MissReason.Timeout)]));
        });
        // A slot on record of which nobody was read, and none between the two.
        (await host.GetJsonAsync($"{Path}?resolution=raw&start=1795442400&end=1795446000")).GetRawText().ShouldBe(
            """{"resolution":"raw","start":"2026-11-23T14:00:00Z","end":"2026-11-23T15:00:00Z","availableFrom":"2026-11-23T14:00:00Z","""
            + $"\"time\":[{TopOfHour - Hour},{TopOfHour - Hour + 5 * Minute}],"
            + "\"averageFollowerCount\":[100.5,null],\"averageFollowingCount\":[15,null],\"reporting\":[2,0],\"tracked\":[2,2]}");
    }

    [Theory]
    [InlineData("1m", 4)]
    [InlineData("5m", 3)]
    [InlineData("1h", 2)]
    [InlineData("1d", 2)]
    public async Task Get_Rollup_IsTheMeanOverReadings(string resolution, int rows)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            storage.Come(ApiHost.NowMs);
            await storage.AddAsync(2, TopOfHour - Day + 5 * Minute, 7, 7);
            // 1 is read three times, 2 once.
            for (var minute = 0; minute < 9; minute += 4)
                await storage.AddAsync(1, TopOfHour - Hour + minute * Minute, 100, 10);
            await storage.AddAsync(2, TopOfHour - Hour, 500, 20);
        });
        var answer = await host.Typed.GetSummaryTimelineAsync(new ReadingRange("0"), resolution, Token);
        answer.Resolution.ShouldBe(resolution);
        answer.Time.Count.ShouldBe(rows);
        if (resolution is "1m" or "5m")
            return;
        var start = resolution == "1h" ? TopOfHour - Hour : ApiHost.Slot / Day * Day;
        answer.Time[1].ShouldBe(start);
        answer.AverageFollowerCount.ShouldBe([7, 200]);
        answer.AverageFollowingCount.ShouldBe([7, 12.5]);
        answer.Reporting.ShouldBe([1, 2]);
        answer.ReportingMin!.ShouldBe([1, 1]);
        answer.Slots!.ShouldBe([1, 3]);
        answer.AvailableFrom.ShouldBe(resolution == "1h" ? "2026-11-22T15:00:00Z" : "2026-11-22T00:00:00Z");
    }

    [Fact]
    public async Task Get_RangeWithinARow_GivesTheWholeRow()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            for (var minute = 0; minute < 10; minute++)
                await storage.AddAsync(1, TopOfHour - Hour + minute * Minute, 10 * minute, 1);
        });
        var from = (TopOfHour - Hour + 7 * Minute) / 1000;
        foreach (var (resolution, average) in ((string, double)[])[("raw", 70), ("1m", 70), ("5m", 70), ("1h", 45), ("1d", 45)])
        {
            (await host.Typed.GetSummaryTimelineAsync(new ReadingRange($"{from}", $"{from}"), resolution, Token)).AverageFollowerCount.ShouldBe([average], resolution);
        }
    }

    [Theory]
    [InlineData(24 * 60, "raw", 60)]
    [InlineData(2 * 24 * 60, "5m", 60)]
    [InlineData(6 * 24 * 60, "1h", 60)]
    [InlineData(63 * 24 * 60, "1d", 60)]
    [InlineData(3 * 60, "1m", 5)]
    public async Task Get_Auto_TakesTheFinestWithin1500Rows(int minutes, string resolution, int intervalSeconds)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.SealAsync(intervalSeconds: intervalSeconds);
            await storage.AddAsync(1, ApiHost.Slot - minutes * Minute, 1, 1);
            await storage.AddAsync(1, ApiHost.Slot, 2, 1);
        });
        var answer = await host.Typed.GetSummaryTimelineAsync(new ReadingRange("0"), cancellationToken: Token);
        answer.Resolution.ShouldBe(resolution);
        answer.Time.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Get_NothingStored_IsEmptyAndAvailableFromNever()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await host.Typed.GetSummaryTimelineAsync(ReadingRange.LastDay, cancellationToken: Token);
        (answer.Resolution, answer.AvailableFrom, answer.Time.Count).ShouldBe(("raw", null, 0));
        using var csv = await host.GetAsync($"{Path}?format=csv");
        csv.Headers.Contains("X-Available-From").ShouldBeFalse();
        (await csv.Content.ReadAsStringAsync(Token)).ShouldBe("time,averageFollowerCount,averageFollowingCount,reporting,tracked,reportingMin,slots\r\n");
    }

    [Fact]
    public async Task Get_Csv_HasARowForEach()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            // 9 is on no roster: it counts in the averages alone.
            await storage.TrackAsync(1, 2);
            storage.Come(ApiHost.NowMs);
            await storage.AddAsync([ApiStorage.Point(1, TopOfHour - Hour, 100, 10), ApiStorage.Point(2, TopOfHour - Hour, 101, 21), ApiStorage.Point(9, TopOfHour - Hour, 99, 9)]);
            await storage.AddAsync(1, TopOfHour - Hour + Minute, 100, 10);
        });
        await using (var download = await host.Typed.DownloadSummaryTimelineAsync(ReadingRange.LastDay, "1h", Token))
        {
            download.AvailableFrom.ShouldBe("2026-11-23T14:00:00Z");
            using var reader = new StreamReader(download.Rows);
            (await reader.ReadToEndAsync(Token)).Split("\r\n")[1].ShouldBe("2026-11-23T14:00:00Z,100,12.5,2,2,1,2");
        }
        using var response = await host.GetAsync($"{Path}?resolution=raw", ("Accept", "text/csv"));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        (await response.Content.ReadAsStringAsync(Token)).Split("\r\n")[2].ShouldBe("2026-11-23T14:01:00Z,100,10,1,2,1,1");
    }

    [Fact]
    public async Task Get_SameContent_IsNotModifiedUntilALateReadingComes()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, TopOfHour - Hour, 100, 10));
        using var first = await host.GetAsync($"{Path}?resolution=1h");
        var tag = first.Headers.ETag.ShouldNotBeNull().ToString();
        using (var again = await host.GetAsync($"{Path}?resolution=1h", ("If-None-Match", tag)))
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await host.Storage.AddAsync(2, TopOfHour - Hour, 100, 10);
        using var changed = await host.GetAsync($"{Path}?resolution=1h", ("If-None-Match", tag));
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_HeadAndCompression_WorkAsElsewhere()
    {
        await using var host = await ApiHost.StartAsync(
            storage => storage.AddAsync(Enumerable.Range(0, 1000).Select(minute => ApiStorage.Point(1, ApiHost.Slot - minute * Minute, 5, 1))));
        using var head = await host.SendAsync(HttpMethod.Head, Path);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Headers.ETag.ShouldNotBeNull();
        (await head.Content.ReadAsStringAsync(Token)).ShouldBeEmpty();
        using var compressed = await host.GetAsync(Path, ("Accept-Encoding", "br"));
        compressed.Content.Headers.ContentEncoding.ShouldBe(["br"]);
    }

    [Fact]
    public async Task Get_MoreThanAnAnswerHolds_SaysWhatToDo()
    {
        await using var host = await ApiHost.StartAsync(
            storage => storage.AddAsync(Enumerable.Range(0, 2001).Select(i => ApiStorage.Point(7, ApiHost.Slot - i * 1000, 5, 1))),
            new() { ["Api:MaxTimelinePoints"] = "2000" });
        using var response = await host.GetAsync($"{Path}?resolution=raw");
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("2000");
        using var csv = await host.GetAsync($"{Path}?resolution=raw&format=csv");
        (await csv.Content.ReadAsStringAsync(Token)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2002);
    }

    [Theory]
    [InlineData("resolution=2m")]
    [InlineData("format=xml")]
    [InlineData("start=now")]
    [InlineData("start=2026-11-23T15:00:00Z&end=2026-11-23T14:00:00Z")]
    public async Task Get_BadParameter_IsAProblem(string query)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync($"{Path}?{query}");
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=csv&resolution=raw")]
    [InlineData("?resolution=1h")]
    public async Task Get_StoreAway_IsUnavailable(string query)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, ApiHost.Slot, 1, 1));
        host.Store.Away = "The store is being moved.";
        using var response = await host.GetAsync(Path + query);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Timeline_AtADay_HasTheRanksThatAreKnown()
    {
        // A process that rolls up and ranks, and then one that only answers.
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            storage.Come(ApiHost.NowMs - 20 * Hour);
            await storage.AddAsync([ApiStorage.Point(1, ApiHost.Slot - Day, 100, 10), ApiStorage.Point(2, ApiHost.Slot - Day, 200, 10)]);
            await storage.AddAsync(1, ApiHost.Slot - 20 * Hour, 150, 10);
            storage.Come(ApiHost.NowMs);
            storage.RollUp();
            await storage.AddAsync(1, ApiHost.Slot, 100, 10);
        });
        var yesterday = (ApiHost.Slot / Day - 1) * Day;
        var days = await host.Typed.GetTimelineAsync(1, new ReadingRange("0"), "1d", Token);
        days.Time.ShouldBe([yesterday, yesterday + Day]);
        days.Rank!.ShouldBe([2, null]);
        days.RankOf!.ShouldBe([2, null]);
        (await host.Typed.GetTimelineAsync(2, new ReadingRange("0"), "1d", Token)).Rank!.ShouldBe([1]);
        var hours = await host.GetJsonAsync("/api/v1/influencers/1/timeline?resolution=1h&start=0");
        hours.TryGetProperty("rank", out JsonElement _).ShouldBeFalse();
        using var csv = await host.GetAsync("/api/v1/influencers/1/timeline?resolution=1d&start=0&format=csv");
        (await csv.Content.ReadAsStringAsync(Token)).ShouldBe(
            "id,time,points,followerCount,followingCount,followerRatio,followerMin,followerMax,rank,rankOf\r\n"
            + "1,2026-11-22T00:00:00Z,2,150,10,15,100,150,2,2\r\n1,2026-11-23T00:00:00Z,1,100,10,10,100,100,,\r\n");
    }
}
