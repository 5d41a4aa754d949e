using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.HostTests.Api;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.HostTests.Client;

/// <summary>The typed client against the API itself.</summary>
public sealed class InfluencerAnalyticsClientTests
{
    private const long Minute = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneInfluencer_NowAndOverTime_IsRead()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2);
            await storage.AddAsync(1, ApiHost.Slot - Minute, 90, 10);
            await storage.AddAsync(1, ApiHost.Slot, 100, 10);
            await storage.AddAsync(2, ApiHost.Slot, 200, 0);
        });
        var client = host.Typed;

        var influencer = await client.GetInfluencerAsync(1, Token);
        (influencer.Username, influencer.FollowerCount, influencer.FollowerRatio, influencer.Status).ShouldBe(("influencer-1", 100, 10, "tracked"));
        (influencer.Rank, influencer.RankOf, influencer.Change.Day).ShouldBe((2, 2, null));
        (await client.GetInfluencerAsync(2, Token)).FollowerRatio.ShouldBeNull();
        (await client.GetRankAsync(2, Token)).Rank.ShouldBe(1);

        var range = ReadingRange.Between(ApiHost.Now.AddHours(-1), ApiHost.Now);
        var timeline = await client.GetTimelineAsync(1, range, "raw", Token);
        (timeline.Id, timeline.Resolution, timeline.Start).ShouldBe((1, "raw", "2026-11-23T14:04:30Z"));
        timeline.Time.ShouldBe([ApiHost.Slot - Minute, ApiHost.Slot]);
        timeline.FollowerCount.ShouldBe([90, 100]);
        timeline.FollowerMin.ShouldBeNull();
        (await client.GetTimelineAsync(1, ReadingRange.LastDay, "1h", Token)).FollowerMin!.ShouldBe([90]);
        (await client.GetTimelineAsync(1, ReadingRange.LastDay, cancellationToken: Token)).Resolution.ShouldBe("raw");
        (await client.GetInfluencerAnalyticsAsync(1, range, Token)).Data.ShouldBe([[ApiHost.Slot - Minute, 90, 10, 9], [ApiHost.Slot, 100, 10, 10]]);
    }

    [Fact]
    public async Task Downloads_OneAndAll_GiveRowsAndFromWhenOnTheyAreKept()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.AddAsync(1, ApiHost.Slot - Minute, 90, 10);
            await storage.AddAsync(2, ApiHost.Slot, 100, 10);
        });

        await using (var download = await host.Typed.DownloadTimelineAsync(1, ReadingRange.LastDay, "raw", Token))
            download.AvailableFrom.ShouldBe("2026-11-23T15:03:00Z");
        (await ClientMethods.ReadAllAsync(host.Typed.DownloadTimelineAsync(1, ReadingRange.LastDay, "raw", Token), Token)).Count.ShouldBe(1 + 1);
        var rows = await ClientMethods.ReadAllAsync(host.Typed.ExportAsync(new ReadingRange("2026-11-23T15:03:00Z", "1795446299"), cancellationToken: Token), Token);
        rows.Count.ShouldBe(1 + 2);
        rows[2].ShouldBe("2,\"influencer-2\",2026-11-23T15:04:00Z,2026-11-23T15:04:00.250Z,100,10,10");
        (await ClientMethods.ReadAllAsync(host.Typed.ExportAsync(ReadingRange.LastDay, "1d", Token), Token)).Count.ShouldBe(1 + 2);
    }

    [Fact]
    public async Task Rankings_PagesAndMovers_AreRead()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2, 3);
            foreach (var id in (long[])[1, 2, 3])
            {
                await storage.AddAsync(id, ApiHost.Slot - 24 * 60 * Minute - 5 * Minute, 100, 1);
                await storage.AddAsync(id, ApiHost.Slot, 100 + id * 10, 1);
            }
        });
        await host.WaitForChangesAsync();
        var page = await host.Typed.GetLeaderboardAsync(new LeaderboardQuery(Limit: 2, Offset: 1), Token);
        (page.AsOf, page.Total, page.Offset).ShouldBe(("2026-11-23T15:04:00Z", 3, 1));
        page.Items.ShouldBe([new LeaderboardItem(2, 2, "influencer-2", 120, 20, null), new LeaderboardItem(3, 1, "influencer-1", 110, 10, null)]);
        (await host.Typed.GetLeaderboardAsync(new LeaderboardQuery(Limit: 1, Around: 2, ExcludeSuspicious: true), Token)).Items.Single().Id.ShouldBe(2);
        (await ClientMethods.ReadAllAsync(host.Typed.DownloadLeaderboardAsync(cancellationToken: Token), Token))[1].ShouldBe("1,3,\"influencer-3\",130,30,");

        var movers = await host.Typed.GetMoversAsync(new MoversQuery("24h", "up", "relative", 1), Token);
        (movers.Window, movers.Direction, movers.By, movers.Since, movers.Compared, movers.LeftOut).ShouldBe(("24h", "up", "relative", "2026-11-22T15:00:00Z", 3, 0));
        movers.Items.ShouldBe([new MoverItem(3, "influencer-3", 130, 100, 30, 0.3, null)]);
        (await ClientMethods.ReadAllAsync(host.Typed.DownloadMoversAsync(cancellationToken: Token), Token))[1].ShouldBe("3,\"influencer-3\",130,100,30,0.3,");
    }

    [Fact]
    public async Task Roster_TrackListUntrack_GoesPageByPage()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.Typed.TrackAsync([5, 1, 2, 3, 4], Token)).ShouldBe(new TrackResponse(5, 0));
        (await host.Typed.TrackAsync([5, 6], Token)).ShouldBe(new TrackResponse(1, 1));
        await host.Typed.UntrackAsync(6, Token);

        var ids = new List<long>();
        await foreach (var item in host.Typed.ListInfluencersAsync(pageSize: 2, cancellationToken: Token))
            ids.Add(item.Id);
        ids.ShouldBe([1, 2, 3, 4, 5]);
        var page = await host.Typed.GetRosterPageAsync(limit: 2, cursor: "2", cancellationToken: Token);
        page.Items.Select(item => item.Id).ShouldBe([3, 4]);
        page.NextCursor.ShouldBe("4");
        (await host.Typed.GetRosterPageAsync("4", cancellationToken: Token)).Items.Single().Status.ShouldBe("tracked");
    }

    [Fact]
    public async Task Pipeline_SummaryAndHealth_AreRead()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1);
            await storage.AddAsync(1, ApiHost.Slot, 100, 10);
            storage.Come(ApiHost.NowMs - 10 * Minute);
            await storage.SealAsync(generation: 3);
        });

        var pipeline = await host.Typed.GetPipelineAsync(Token);
        (pipeline.Interval, pipeline.Generation, pipeline.Tracked, pipeline.Store.Kind).ShouldBe((60, 3, 1, "embedded"));
        pipeline.Slots![^1].Slot.ShouldBe("2026-11-23T15:04:00Z");
        pipeline.Queues!.Keys.ShouldBe(QueueNames.All, ignoreOrder: true);
        (await host.Typed.GetSummaryAsync(Token)).AverageFollowerCount.ShouldBe(100);
        (await host.Typed.GetLiveAsync(Token)).Status.ShouldBe("live");
        (await host.Typed.GetReadyAsync(Token)).IsReady.ShouldBeTrue();
        host.Store.Away = "It is being moved.";
        var readiness = await host.Typed.GetReadyAsync(Token);
        readiness.IsReady.ShouldBeFalse();
        readiness.Reasons.ShouldBe(["store: It is being moved."]);
    }

    [Fact]
    public async Task Pipeline_ReadAndWrittenAgain_IsTheServersOwnAnswer()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(1, ApiHost.Slot, 100, 10));
        using var response = await host.GetAsync("/api/v1/pipeline");
        var text = await response.Content.ReadAsStringAsync(Token);
        JsonSerializer.Serialize(JsonSerializer.Deserialize(text, ApiJsonContext.Default.PipelineResponse), ApiJsonContext.Default.PipelineResponse).ShouldBe(text);
    }

    [Fact]
    public async Task Pipeline_OfAServerThatKnewNoProcesses_IsRead()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/api/v1/pipeline", Token))!.AsObject();
        answer.Remove("processes").ShouldBeTrue();
        JsonSerializer.Deserialize(answer.ToJsonString(), ApiJsonContext.Default.PipelineResponse)!.Processes.ShouldBeEmpty();
    }

    [Fact]
    public async Task DeadLetters_ListReplayDrop_Work()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 3; i++)
            await host.Storage.BuryAsync(QueueNames.InfluencerIdStore);
        var ids = await host.Storage.DeadAsync(QueueNames.InfluencerIdStore);

        var letters = await host.Typed.ListDeadLettersAsync(QueueNames.InfluencerIdStore, 2, Token);
        letters.Dead.ShouldBe(3);
        letters.Items[1].ShouldBe(new DeadLetterItem(ids[1], QueueNames.InfluencerIdStore, "No JSON.", "2026-11-23T15:04:30Z", "what?", 5));
        (await host.Typed.ReplayDeadLettersAsync([ids[0]], cancellationToken: Token)).Replayed.ShouldBe(1);
        await host.Typed.DropDeadLetterAsync(ids[2], QueueNames.InfluencerIdStore, Token);
        (await host.Typed.ReplayDeadLettersAsync(null, QueueNames.InfluencerDataPoints, Token)).Replayed.ShouldBe(0);
        (await host.Typed.ReplayDeadLettersAsync(null, cancellationToken: Token)).Replayed.ShouldBe(1);
    }

    [Fact]
    public async Task Deployment_ConfigGenerationBackup_AreReadAndAskedFor()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AllocateAsync(7));
        (await host.Typed.GetConfigAsync(Token)).ShouldBe(new ConfigResponse(null, null, null));
        (await host.Typed.ChangeConfigAsync(new ConfigChangeRequest(Interval: 10), Token)).Now.ShouldBe(new ConfigResponse(10, null, null));
        (await host.Typed.ChangeConfigAsync(new ConfigChangeRequest(ShardSize: 100), Token))
            .ShouldBe(new ConfigChangeResponse(new ConfigResponse(10, null, null), new ConfigResponse(10, 100, null)));
        (await host.Typed.RequestGenerationAsync(Token)).RequestedAfter.ShouldBe(7);
        (await host.Typed.CreateBackupAsync(Token)).Path.ShouldBe(host.Storage.BackupPath);
        Directory.Exists(host.Storage.BackupPath).ShouldBeTrue();
    }

    [Fact]
    public async Task Problems_OfTheApi_SayWhatIsWrong()
    {
        await using var host = await ApiHost.StartAsync();
        var unknown = await Should.ThrowAsync<ApiProblemException>(() => host.Typed.GetInfluencerAsync(99, Token));
        (unknown.Status, unknown.Title).ShouldBe((HttpStatusCode.NotFound, "Unknown influencer"));
        var bad = await Should.ThrowAsync<ApiProblemException>(() => host.Typed.ExportAsync(new ReadingRange("yesterday"), cancellationToken: Token));
        bad.Status.ShouldBe(HttpStatusCode.BadRequest);
        bad.Detail!.ShouldContain("'yesterday' is not a time");
        var keyless = await Should.ThrowAsync<ApiProblemException>(() => new InfluencerAnalyticsClient(host.Client).GetConfigAsync(Token));
        keyless.Status.ShouldBe(HttpStatusCode.Unauthorized);
        host.Store.Away = "It is being moved.";
        var away = await Should.ThrowAsync<ApiProblemException>(() => host.Typed.GetConfigAsync(Token));
        (away.Status, away.Detail).ShouldBe((HttpStatusCode.ServiceUnavailable, "It is being moved."));
        away.RetryAfter.ShouldBe(TimeSpan.FromSeconds(5));
    }
}
