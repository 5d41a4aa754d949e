using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class TimelineEndpointTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    // An hour that begins on the hour, so that buckets and offsets are easy to see.
    private static readonly long TopOfHour = ApiHost.Slot / Hour * Hour;

    [Fact]
    public async Task Get_Raw_GivesColumnsAndLeavesGaps()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.AddAsync(7, TopOfHour - Hour, 100, 40);
            await storage.AddAsync(7, TopOfHour - Hour + 5 * Minute, 101, 0);
        });
        var answer = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?resolution=raw&start={Iso(TopOfHour - Hour)}&end={Iso(TopOfHour)}");
        answer.GetRawText().ShouldBe(
            $$"""{"id":7,"resolution":"raw","start":"2026-11-23T14:00:00Z","end":"2026-11-23T15:00:00Z","availableFrom":"2026-11-23T14:00:00Z","time":[{{TopOfHour - Hour}},{{TopOfHour - Hour + 5 * Minute}}],"""
            + """ "followerCount":[100,101],"followingCount":[40,0],"followerRatio":[2.5,null]}""".TrimStart());
    }

    [Theory]
    [InlineData("1m", 6)]
    [InlineData("5m", 2)]
    [InlineData("1h", 1)]
    [InlineData("1d", 1)]
    public async Task Get_Rollup_GivesLastMinAndMaxOfEachBucket(string resolution, int rows)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            long[] followers = [50, 10, 90, 60, 70, 40];
            for (var i = 0; i < 6; i++)
                await storage.AddAsync(7, TopOfHour - Hour + i * Minute, followers[i], 10);
        });
        var answer = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?resolution={resolution}");
        answer.GetProperty("resolution").GetString().ShouldBe(resolution);
        foreach (var name in (string[])["time", "followerCount", "followingCount", "followerRatio", "followerMin", "followerMax"])
            answer.GetProperty(name).GetArrayLength().ShouldBe(rows, name);
        if (resolution != "5m")
            return;
        Column(answer, "time").ShouldBe([TopOfHour - Hour, TopOfHour - Hour + 5 * Minute]);
        Column(answer, "followerCount").ShouldBe([70, 40]);
        Column(answer, "followerMin").ShouldBe([10, 40]);
        Column(answer, "followerMax").ShouldBe([90, 40]);
        answer.GetProperty("followerRatio").GetRawText().ShouldBe("[7,4]");
    }

    [Fact]
    public async Task Get_RangeWithinABucket_GivesTheWholeBucket()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            for (var i = 0; i < 5; i++)
                await storage.AddAsync(7, TopOfHour - Hour + i * Minute, 10 + i, 1);
        });
        var from = TopOfHour - Hour + 2 * Minute;
        var answer = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?resolution=5m&start={from / 1000}&end={from / 1000}");
        Column(answer, "time").ShouldBe([TopOfHour - Hour]);
        Column(answer, "followerCount").ShouldBe([14]);
        Column(answer, "followerMin").ShouldBe([10]);
    }

    [Theory]
    [InlineData(60, "raw", 60)] // an hour
    [InlineData(24 * 60, "raw", 60)] // a day: 1,440 minutes fit
    [InlineData(2 * 24 * 60, "5m", 60)] // 2,880 minutes do not, 576 times five do
    [InlineData(5 * 24 * 60, "5m", 60)]
    [InlineData(6 * 24 * 60, "1h", 60)]
    [InlineData(62 * 24 * 60, "1h", 60)]
    [InlineData(63 * 24 * 60, "1d", 60)]
    [InlineData(60, "raw", 5)]
    [InlineData(3 * 60, "1m", 5)] // every 5 s 2,160 points do not fit, 180 minutes do
    public async Task Get_Auto_TakesTheFinestWithin1500Points(int minutes, string resolution, int intervalSeconds)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.SealAsync(intervalSeconds: intervalSeconds);
            // History fills the range: the first and the last slot are enough to say how far it goes.
            await storage.AddAsync(7, ApiHost.Slot - minutes * Minute, 1, 1);
            await storage.AddAsync(7, ApiHost.Slot, 2, 1);
        });
        var answer = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - minutes * Minute)}&end={Seconds(ApiHost.Slot)}");
        answer.GetProperty("resolution").GetString().ShouldBe(resolution);
        answer.GetProperty("time").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Get_AutoOverRawThatIsDropped_TakesTheHours()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            // Thirty days of hours; raw only for the last one and a half.
            for (var hour = 0; hour < 30 * 24; hour++)
                await storage.AddRollupAsync(RollupPeriod.Hour, 7, TopOfHour - hour * Hour, RollupColumn.Of(1000 + hour), RollupColumn.Of(10));
            for (var minute = 0; minute < 36 * 60; minute += 10)
                await storage.AddAsync(7, ApiHost.Slot - minute * Minute, 5, 1);
        });
        var month = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - 30 * Day)}");
        month.GetProperty("resolution").GetString().ShouldBe("1h");
        month.GetProperty("time").GetArrayLength().ShouldBe(30 * 24);

        // Two days would fit in 5m by their length, but the first half day is in the hours only.
        (await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - 2 * Day)}")).GetProperty("resolution").GetString().ShouldBe("1h");
        // An hour ten days ago is there in one row.
        var old = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(TopOfHour - 10 * Day)}&end={Seconds(TopOfHour - 10 * Day + Hour - 1)}");
        old.GetProperty("resolution").GetString().ShouldBe("1h");
        old.GetProperty("time").GetArrayLength().ShouldBe(1);
        // Where raw reaches, it is used.
        (await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - Day)}")).GetProperty("resolution").GetString().ShouldBe("raw");
    }

    [Fact]
    public async Task Get_AutoOverHoursThatAreDropped_TakesTheDays()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            var today = ApiHost.Slot / Day * Day;
            for (var day = 0; day < 40; day++)
                await storage.AddRollupAsync(RollupPeriod.Day, 7, today - day * Day, RollupColumn.Of(day), RollupColumn.Of(10));
            for (var hour = 0; hour < 48; hour++)
                await storage.AddRollupAsync(RollupPeriod.Hour, 7, TopOfHour - hour * Hour, RollupColumn.Of(hour), RollupColumn.Of(10));
        });
        (await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - 39 * Day)}")).GetProperty("resolution").GetString().ShouldBe("1d");
    }

    [Fact]
    public async Task Get_AutoOverAnOpenStart_LooksOnlyAtWhatThereIs()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            for (var minute = 0; minute < 120; minute++)
                await storage.AddAsync(7, ApiHost.Slot - minute * Minute, 5, 1);
        });
        var answer = await host.GetJsonAsync("/api/v1/influencers/7/timeline?start=0");
        answer.GetProperty("resolution").GetString().ShouldBe("raw");
        answer.GetProperty("time").GetArrayLength().ShouldBe(120);
    }

    [Fact]
    public async Task Get_RangeBeyondWhatIsKept_SaysFromWhen()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            var midnight = ApiHost.Slot / Day * Day;
            // Points from midnight on, hours for 3 days, days for 30.
            for (var day = 0; day < 30; day++)
                await storage.AddRollupAsync(RollupPeriod.Day, 7, midnight - day * Day, RollupColumn.Of(100), RollupColumn.Of(10));
            for (var hour = 0; hour < 72; hour++)
                await storage.AddRollupAsync(RollupPeriod.Hour, 7, midnight - hour * Hour, RollupColumn.Of(100), RollupColumn.Of(10));
            await storage.AddAsync(Enumerable.Range(0, 15 * 60).Select(minute => ApiStorage.Point(7, midnight + 2 * Minute + minute * Minute, 100, 10)));
        });
        foreach (var (resolution, from) in ((string, string)[])[
            ("raw", "2026-11-23T00:02:00Z"), ("1m", "2026-11-23T00:02:00Z"), ("5m", "2026-11-23T00:00:00Z"), ("1h", "2026-11-20T01:00:00Z"), ("1d", "2026-10-25T00:00:00Z")])
        {
            var path = $"/api/v1/influencers/7/timeline?resolution={resolution}&start={Seconds(ApiHost.Slot - 40 * Day)}";
            (await host.GetJsonAsync(path)).GetProperty("availableFrom").GetString().ShouldBe(from, resolution);
            using var csv = await host.GetAsync(path + "&format=csv");
            csv.Headers.GetValues("X-Available-From").ShouldBe([from], resolution);
            using var export = await host.SendWithKeyAsync(HttpMethod.Get, $"/api/v1/export?resolution={resolution}");
            export.Headers.GetValues("X-Available-From").ShouldBe([from], resolution);
        }
        // An hour before the points would fit in raw: the hours have it.
        var auto = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot / Day * Day - Hour / 2)}");
        auto.GetProperty("resolution").GetString().ShouldBe("1h");
        auto.GetProperty("availableFrom").GetString().ShouldBe("2026-11-20T01:00:00Z");
    }

    [Fact]
    public async Task Get_NothingStored_IsAvailableFromNever()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        (await host.GetJsonAsync("/api/v1/influencers/7/timeline")).GetProperty("availableFrom").ValueKind.ShouldBe(JsonValueKind.Null);
        using var csv = await host.GetAsync("/api/v1/influencers/7/timeline?format=csv");
        csv.Headers.Contains("X-Available-From").ShouldBeFalse();
    }

    [Fact]
    public async Task Get_GapInWhatIsKept_IsShownAsAGapAndNotInHours()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            // Of another influencer, long before: the points of then are kept.
            await storage.AddAsync(8, ApiHost.Slot - 2 * Day, 1, 1);
            await storage.AddAsync(7, ApiHost.Slot - 2 * Hour, 5, 1);
        });
        var answer = await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - 12 * Hour)}");
        answer.GetProperty("resolution").GetString().ShouldBe("raw");
        Column(answer, "time").ShouldBe([ApiHost.Slot - 2 * Hour]);
        host.Store.PointReads.ShouldBe(1);
    }

    [Fact]
    public async Task Get_RecentHour_IsOneReadOfTheStore()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            for (var minute = 0; minute < 60; minute++)
                await storage.AddAsync(7, ApiHost.Slot - minute * Minute, 5, 1);
        });
        await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - Hour)}");
        host.Store.PointReads.ShouldBe(1);
    }

    [Fact]
    public async Task Get_KnownButEmptyRange_IsEmptyColumns()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        (await host.GetJsonAsync("/api/v1/influencers/7/timeline")).GetProperty("time").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Get_MoreThanAnAnswerHolds_SaysWhatToDo()
    {
        await using var host = await ApiHost.StartAsync(
            storage => storage.AddAsync(Enumerable.Range(0, 2001).Select(i => ApiStorage.Point(7, ApiHost.Slot - i * 1000, 5, 1))),
            new() { ["Api:MaxTimelinePoints"] = "2000" });
        using var response = await host.GetAsync("/api/v1/influencers/7/timeline?resolution=raw");
        (await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("2000");
        using var csv = await host.GetAsync("/api/v1/influencers/7/timeline?resolution=raw&format=csv");
        (await LinesAsync(csv)).Count.ShouldBe(2002);
    }

    [Theory]
    [InlineData("resolution=2m")]
    [InlineData("resolution=RAW")]
    [InlineData("resolution=1")]
    [InlineData("format=xml")]
    [InlineData("start=now")]
    [InlineData("end=2026-13-01")]
    [InlineData("start=2026-11-23T15:00:00Z&end=2026-11-23T14:00:00Z")]
    [InlineData("start=1969-12-31T23:59:59Z")]
    public async Task Get_BadParameter_IsAProblem(string query)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        using var response = await host.GetAsync($"/api/v1/influencers/7/timeline?{query}");
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("2026-11-23T14:00:00Z")]
    [InlineData("2026-11-23T14:00:00.000Z")]
    [InlineData("2026-11-23T14:00Z")]
    [InlineData("2026-11-23T14:00:00")]
    [InlineData("2026-11-23T16:00:00%2B02:00")]
    [InlineData("2026-11-23T16:00:00+02:00")]
    [InlineData("1795442400")]
    [InlineData("1795442400.000")]
    public async Task Get_TimeInAnyForm_IsTheSameMoment(string start)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        (await host.GetJsonAsync($"/api/v1/influencers/7/timeline?start={start}")).GetProperty("start").GetString().ShouldBe("2026-11-23T14:00:00Z");
    }

    [Theory]
    [InlineData("format=csv", "", true)]
    [InlineData("", "text/csv", true)]
    [InlineData("", "text/csv, application/json;q=0.9", true)]
    [InlineData("", "application/json, text/csv;q=0.5", false)]
    [InlineData("format=json", "text/csv", false)]
    [InlineData("", "*/*", false)]
    [InlineData("", "text/html,,;;q=x", false)]
    public async Task Get_FormatOrAccept_ChoosesCsv(string query, string accept, bool isCsv)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(7, TopOfHour, 100, 40));
        using var response = await host.GetAsync($"/api/v1/influencers/7/timeline?resolution=raw&{query}", ("Accept", accept));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(isCsv ? "text/csv" : "application/json");
        if (isCsv)
        {
            (await LinesAsync(response)).ShouldBe([
                "id,username,time,retrievedAt,followerCount,followingCount,followerRatio",
                "7,\"influencer-7\",2026-11-23T15:00:00Z,2026-11-23T15:00:00.250Z,100,40,2.5"]);
        }
    }

    [Theory]
    [InlineData("1h", "7,2026-11-23T14:00:00Z,2,20,10,2,20,30")]
    [InlineData("5m", "7,2026-11-23T14:00:00Z,2,20,10,2,20,30")]
    public async Task Get_CsvOfRollups_HasMinAndMax(string resolution, string row)
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.AddAsync(7, TopOfHour - Hour, 30, 10);
            await storage.AddAsync(7, TopOfHour - Hour + Minute, 20, 10);
        });
        using var response = await host.GetAsync($"/api/v1/influencers/7/timeline?resolution={resolution}&format=csv");
        (await LinesAsync(response)).ShouldBe(["id,time,points,followerCount,followingCount,followerRatio,followerMin,followerMax", row]);
    }

    [Fact]
    public async Task Get_LongAnswer_IsCompressedWhenAskedFor()
    {
        await using var host = await ApiHost.StartAsync(
            storage => storage.AddAsync(Enumerable.Range(0, 1000).Select(minute => ApiStorage.Point(7, ApiHost.Slot - minute * Minute, 5, 1))));
        using var small = await host.GetAsync($"/api/v1/influencers/7/timeline?start={Seconds(ApiHost.Slot - Hour)}", ("Accept-Encoding", "br"));
        small.Content.Headers.ContentEncoding.ShouldBeEmpty();
        using var large = await host.GetAsync("/api/v1/influencers/7/timeline", ("Accept-Encoding", "br"));
        large.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        using var plain = await host.GetAsync("/api/v1/influencers/7/timeline");
        plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=csv")]
    [InlineData("?resolution=1h")]
    [InlineData("?resolution=raw&format=csv")]
    public async Task Get_StoreAway_IsUnavailable(string query)
    {
        await using var host = await ApiHost.StartAsync(storage => storage.TrackAsync(7));
        host.Store.Away = "The store is being moved.";
        using var response = await host.GetAsync("/api/v1/influencers/7/timeline" + query);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Get_DayWithALateReadingOfItsOwn_DoesNotShowTheRankOfAnotherCount()
    {
        var day = ApiHost.Slot / Day * Day - Day;
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            for (var id = 1; id <= 300; id++)
                await storage.AddAsync(id, day + Hour, 1000 + id, 10);
            storage.Come(ApiHost.NowMs);
            storage.RollUp();
            // A reading of an hour later, stored late: now it has more than all others.
            await storage.AddAsync(1, day + 2 * Hour, 1_000_000, 10);
            storage.RollUp();
        });
        var answer = await host.GetJsonAsync($"/api/v1/influencers/1/timeline?resolution=1d&start={day / 1000}&end={day / 1000 + 1}");
        answer.GetProperty("followerCount")[0].GetInt64().ShouldBe(1_000_000);
        (answer.GetProperty("rank")[0].ValueKind, answer.GetProperty("rankOf")[0].ValueKind).ShouldBe((JsonValueKind.Null, JsonValueKind.Null));
        // That of another is off by the one.
        (await host.GetJsonAsync($"/api/v1/influencers/2/timeline?resolution=1d&start={day / 1000}&end={day / 1000 + 1}")).GetProperty("rank")[0].GetInt32().ShouldBe(299);
    }

    private static async Task<List<string>> LinesAsync(HttpResponseMessage response) =>
        [.. (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];

    private static List<long> Column(JsonElement answer, string name) => [.. answer.GetProperty(name).EnumerateArray().Select(value => value.GetInt64())];

    private static string Iso(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);

    private static string Seconds(long unixMs) => ((decimal)unixMs / 1000).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
