using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>What a reader of the analytics doubted.</summary>
public sealed class DoubtTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    [Fact]
    public async Task Roster_MissedFiveSlotsAgoAndNothingSaidSince_IsStillFailing()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            storage.Come(ApiHost.NowMs);
            await storage.AddAsync(1, ApiHost.Slot - 8 * Minute, 100, 10);
            await storage.AppendAsync(new DataPointBatch(ApiHost.Slot - 7 * Minute, TimeSpan.FromMinutes(1), [], [new Miss(1, MissReason.Timeout)]));
            for (var minute = 6; minute >= 0; minute--)
                await storage.AddAsync(2, ApiHost.Slot - minute * Minute, 100, 10);
        });
        var item = (await host.GetJsonAsync("/api/v1/influencers?query=1")).GetProperty("items").EnumerateArray().Single();
        (item.GetProperty("status").GetString(), item.GetProperty("lastError").GetString()).ShouldBe(("failing", "timeout"));
    }

    [Fact]
    public async Task DayRank_ItsOwnLateReading_IsNotShownBesideTheRankOfAnotherCount()
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
        var rank = answer.GetProperty("rank")[0];
        (await host.GetJsonAsync($"/api/v1/influencers/2/timeline?resolution=1d&start={day / 1000}&end={day / 1000 + 1}")).GetProperty("rank")[0].ValueKind.ShouldBe(JsonValueKind.Number);
        (rank.ValueKind == JsonValueKind.Null || rank.GetInt32() == 1).ShouldBeTrue($"The rank is said to be {rank}.");
    }

    [Fact]
    public async Task Averages_AForeignReading_CountsInBothOrInNone()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1);
            storage.Come(ApiHost.NowMs);
            await storage.AddAsync([ApiStorage.Point(1, ApiHost.Slot, 100, 10), ApiStorage.Point(777, ApiHost.Slot, 1_000_000_000_000, 10)]);
        });
        var now = (await host.GetJsonAsync("/api/v1/summary")).GetProperty("averageFollowerCount").GetDouble();
        var timeline = await host.GetJsonAsync("/api/v1/summary/timeline?resolution=raw");
        (timeline.GetProperty("averageFollowerCount")[0].GetDouble(), timeline.GetProperty("reporting")[0].GetInt32(), timeline.GetProperty("tracked")[0].GetInt32()).ShouldBe((now, 1, 1));
    }

    [Fact]
    public async Task Change_OfOneLastReadAMonthAgo_IsNotThatOfTheLastHour()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            storage.Come(ApiHost.NowMs);
            await storage.AddAsync(1, ApiHost.Slot - 30 * Day - Hour, 100, 10);
            await storage.AddAsync(1, ApiHost.Slot - 30 * Day, 600, 10);
            await storage.AddAsync(2, ApiHost.Slot, 600, 10);
        });
        (await host.GetJsonAsync("/api/v1/influencers/1")).GetProperty("change").GetProperty("1h").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
