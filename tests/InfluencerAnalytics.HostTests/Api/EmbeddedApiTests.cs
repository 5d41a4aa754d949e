using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>The API as the executable composes it, over the embedded store and its upkeep.</summary>
public sealed class EmbeddedApiTests : IAsyncLifetime
{
    private const int Minutes = 90;

    private readonly string _directory = Directory.CreateTempSubdirectory("influencer-analytics-api-").FullName;
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private long _slot;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [SettingKeys.DataDirectory] = _directory,
            ["Embedded:MinFreeBytes"] = "0",
        });
        var role = new ServerRole();
        role.Add(builder);
        _app = builder.Build();
        role.Map(_app);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        _client.DefaultRequestHeaders.Add(ApiHeaders.Key, _app.Services.GetRequiredService<ApiKeyFile>().Key);
        _slot = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 * 60_000;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Api_TrackStoreRead_ShowsWhatWasStored()
    {
        using var tracked = await _client.PostAsync(
            "/api/v1/influencers", new StringContent("""{"ids":[1,2,3]}""", null, "application/json"), TestContext.Current.CancellationToken);
        (await ApiHost.JsonOfAsync(tracked)).GetProperty("added").GetInt32().ShouldBe(3);
        await StoreAsync();

        var rank = await WaitForRankAsync(2);
        rank.GetProperty("rank").GetInt32().ShouldBe(1);
        rank.GetProperty("rankOf").GetInt32().ShouldBe(2);
        var influencer = await GetAsync("/api/v1/influencers/1");
        influencer.GetProperty("username").GetString().ShouldBe("influencer-1");
        influencer.GetProperty("change").GetProperty("1h").GetInt64().ShouldBe(60);

        var hour = await GetAsync($"/api/v1/influencers/1/timeline?start={_slot / 1000 - 3600}&end={_slot / 1000}");
        hour.GetProperty("resolution").GetString().ShouldBe("raw");
        hour.GetProperty("time").GetArrayLength().ShouldBe(61);
        var hours = await GetAsync("/api/v1/influencers/1/timeline?resolution=1h");
        hours.GetProperty("followerCount").EnumerateArray().Last().GetInt64().ShouldBe(1000 + Minutes - 1);
        (await GetAsync("/influencer_analytics/1")).GetProperty("data").GetArrayLength().ShouldBe(Minutes);
        (await GetAsync("/api/v1/summary")).GetProperty("tracked").GetInt32().ShouldBe(3);
        (await GetAsync("/api/v1/influencers?limit=2")).GetProperty("nextCursor").GetString().ShouldBe("2");
        (await GetAsync("/api/v1/pipeline")).GetProperty("store").GetProperty("state").GetString().ShouldBe("ready");
        (await _client.GetStringAsync("/api/v1/export", TestContext.Current.CancellationToken)).Split("\r\n").Length.ShouldBe(2 * Minutes + 2);
        (await _client.GetStringAsync("/api/v1/export?resolution=1d", TestContext.Current.CancellationToken)).Split("\r\n").Length.ShouldBeGreaterThanOrEqualTo(4);
        (await GetAsync("/api/v1/dead-letters")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Api_RemoveThenRead_LeavesTheRanksAndKeepsTheHistory()
    {
        using var tracked = await _client.PostAsync(
            "/api/v1/influencers", new StringContent("""{"ids":[1,2]}""", null, "application/json"), TestContext.Current.CancellationToken);
        await StoreAsync();
        await WaitForRankAsync(2);
        using var removed = await _client.DeleteAsync("/api/v1/influencers/2", TestContext.Current.CancellationToken);
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await WaitForRankAsync(1);
        (await GetAsync("/api/v1/influencers/2")).GetProperty("status").GetString().ShouldBe("removed");
        (await GetAsync("/api/v1/influencers/2/timeline?resolution=raw")).GetProperty("time").GetArrayLength().ShouldBe(Minutes);
    }

    [Fact]
    public async Task DeadLetters_OfTwoQueues_ReplayAndDropTouchOnlyTheOneNamed()
    {
        var letters = _app.Services.GetRequiredService<IDeadLetters>();
        foreach (var name in (string[])[QueueNames.InfluencerIdStore, QueueNames.InfluencerDataPoints])
        {
            for (var i = 0; i < 2; i++)
                await letters.PutAsync(name, "what?"u8.ToArray(), "No JSON.", TestContext.Current.CancellationToken);
        }
        var ids = await DeadAsync("");
        ids.Distinct().Count().ShouldBe(4);
        var readings = await DeadAsync("?queue=influencer_data_points");

        using var drop = await _client.DeleteAsync($"/api/v1/dead-letters/{readings[0]}", TestContext.Current.CancellationToken);
        drop.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await DeadAsync("")).ShouldBe(ids.Except([readings[0]]), ignoreOrder: true);
        using var replay = await _client.PostAsync(
            "/api/v1/dead-letters/replay", new StringContent($$"""{"ids":["{{readings[1]}}"]}""", null, "application/json"), TestContext.Current.CancellationToken);
        (await ApiHost.JsonOfAsync(replay)).GetProperty("replayed").GetInt32().ShouldBe(1);
        (await DeadAsync("")).ShouldBe(ids.Except(readings), ignoreOrder: true);
    }

    private async Task<List<string>> DeadAsync(string query) =>
        [.. (await GetAsync($"/api/v1/dead-letters{query}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    private async Task StoreAsync()
    {
        var batches = new List<DataPointBatch>();
        for (var i = 0; i < Minutes; i++)
        {
            var slot = _slot - (Minutes - 1 - i) * 60_000L;
            batches.Add(new DataPointBatch(slot, TimeSpan.FromMinutes(1),
                [new DataPoint(1, 1000 + i, 10, slot, slot + 100, "influencer-1"), new DataPoint(2, 5000, 10, slot, slot + 100, "influencer-2")], []));
        }
        var result = await _app.Services.GetRequiredService<IInfluencerStore>().AppendAsync(batches, TestContext.Current.CancellationToken);
        result.Inserted.ShouldBe(2 * Minutes);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        return await ApiHost.JsonOfAsync(response);
    }

    /// <summary>Waits until influencer 1 is ranked at a place, and returns the rank of 2.</summary>
    private async Task<JsonElement> WaitForRankAsync(int rankOfOne)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var response = await _client.GetAsync("/api/v1/influencers/1/rank", TestContext.Current.CancellationToken);
            if (response.IsSuccessStatusCode)
            {
                var rank = (await ApiHost.JsonOfAsync(response)).GetProperty("rank");
                if (rank.ValueKind == JsonValueKind.Number && rank.GetInt32() == rankOfOne)
                    return await GetAsync("/api/v1/influencers/2/rank");
            }
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(30), "The rank does not follow.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
