using System.Net;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Host.Api.Streaming;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class StreamEndpointTests
{
    private const long Minute = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_NewReadings_ComeToWhoListensToThem()
    {
        await using var host = await StartAsync();
        await using var one = Listen(host, [1, 2, 99]);
        await using var summaries = Listen(host, []);
        (await NextAsync(one)).Summary!.Reporting.ShouldBe(3);
        (await NextAsync(one)).Point!.ShouldSatisfyAllConditions(it => it.Id.ShouldBe(1), it => it.FollowerCount.ShouldBe(100));
        (await NextAsync(one)).Point!.Id.ShouldBe(2);
        (await NextAsync(summaries)).Summary!.Reporting.ShouldBe(3);

        await host.Storage.AddAsync([ApiStorage.Point(1, ApiHost.Slot, 150, 10), ApiStorage.Point(3, ApiHost.Slot, 5, 1)]);
        await host.FollowAsync();
        var point = (await NextAsync(one)).Point!;
        (point.Id, point.FollowerCount, point.FollowingCount, point.FollowerRatio, point.Slot, point.RetrievedAt)
            .ShouldBe((1, 150, 10, 15.0, "2026-11-23T15:04:00Z", "2026-11-23T15:04:00.250Z"));
        (await NextAsync(one)).Summary!.AsOf.ShouldBe("2026-11-23T15:04:00Z");
        (await NextAsync(summaries)).Summary!.AsOf.ShouldBe("2026-11-23T15:04:00Z");
        await host.Storage.AddAsync(2, ApiHost.Slot, 7, 0);
        await host.FollowAsync();
        (await NextAsync(one)).Point!.ShouldSatisfyAllConditions(it => it.Id.ShouldBe(2), it => it.FollowerRatio.ShouldBeNull());
    }

    [Fact]
    public async Task Stream_Resumed_IsToldWhatItMissedAndNothingTwice()
    {
        await using var host = await StartAsync();
        string? last;
        await using (var first = Listen(host, [1, 2]))
        {
            await NextAsync(first);
            await NextAsync(first);
            last = (await NextAsync(first)).Id;
        }
        for (var i = 0; i < 3; i++)
            await AddAndFollowAsync(host, 1, ApiHost.Slot + i * Minute, 200 + i);
        await AddAndFollowAsync(host, 3, ApiHost.Slot, 1);

        await using var second = Listen(host, [1, 2], last);
        (await NextAsync(second)).Summary.ShouldNotBeNull();
        var missed = new List<StreamEvent>();
        for (var i = 0; i < 3; i++)
            missed.Add(await NextAsync(second));
        missed.Select(one => one.Point!.FollowerCount).ShouldBe([200, 201, 202]);
        await using var third = Listen(host, [1, 2], missed[1].Id);
        await NextAsync(third);
        (await NextAsync(third)).Point!.FollowerCount.ShouldBe(202);
        await AddAndFollowAsync(host, 2, ApiHost.Slot, 9);
        foreach (var listener in new[] { second, third })
            (await NextAsync(listener)).Point!.ShouldSatisfyAllConditions(it => it.Id.ShouldBe(2), it => it.FollowerCount.ShouldBe(9));
    }

    [Fact]
    public async Task Stream_ResumedAfterMoreThanIsRemembered_SaysThatThereIsAGap()
    {
        await using var host = await StartAsync();
        string? last;
        await using (var first = Listen(host, [1]))
        {
            // Only what ends the greeting says where it ended: who has but the beginning of it has nothing yet.
            (await NextAsync(first)).Id.ShouldBeNull();
            last = (await NextAsync(first)).Id;
        }
        for (var i = 0; i < 9; i++)
            await AddAndFollowAsync(host, 1, ApiHost.Slot + i * Minute, 200 + i);
        foreach (var id in (string[])[last!, "another-process.17", "nonsense", "12."])
        {
            await using var listener = Listen(host, [1], id);
            (await NextAsync(listener)).Summary.ShouldNotBeNull();
            (await NextAsync(listener)).Gap!.LastEventId.ShouldBe(id);
            (await NextAsync(listener)).Point!.FollowerCount.ShouldBe(208);
        }
    }

    [Fact]
    public async Task Stream_StoreAway_SaysHowOldTheSummaryIs()
    {
        await using var host = await StartAsync();
        host.Store.Away = "The store is being moved.";
        await host.FollowAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));
        (await host.GetJsonAsync("/api/v1/summary")).GetProperty("ageSeconds").GetDouble().ShouldBeGreaterThan(590);
        await using var listener = Listen(host, []);
        (await NextAsync(listener)).Summary!.AgeSeconds.ShouldBeGreaterThan(590);
    }

    [Fact]
    public async Task Stream_TwoSlotsBetweenTwoLooks_BothAreTold()
    {
        await using var host = await StartAsync();
        await using var listener = Listen(host, [1]);
        await NextAsync(listener);
        await NextAsync(listener);
        await host.Storage.AddAsync(1, ApiHost.Slot, 200, 10);
        await host.Storage.AddAsync(1, ApiHost.Slot + Minute, 201, 10);
        await host.FollowAsync();
        var first = await NextAsync(listener);
        (first.Point!.FollowerCount, first.Point.Slot).ShouldBe((200, "2026-11-23T15:04:00Z"));
        (await NextAsync(listener)).Point!.FollowerCount.ShouldBe(201);
        // Who comes back behind the first is told the second.
        await using var resumed = Listen(host, [1], first.Id);
        await NextAsync(resumed);
        (await NextAsync(resumed)).Point!.FollowerCount.ShouldBe(201);
    }

    [Fact]
    public async Task Stream_MoreSlotsAtOnceThanAreTold_IsAGapThatNamesTheInfluencer()
    {
        await using var host = await StartAsync();
        await using var listener = Listen(host, [1, 2]);
        await NextAsync(listener);
        await NextAsync(listener);
        var last = (await NextAsync(listener)).Id;
        for (var i = 0; i < 10; i++)
            await host.Storage.AddAsync(1, ApiHost.Slot + i * Minute, 200 + i, 10);
        await host.FollowAsync();
        (await NextAsync(listener)).Gap.ShouldBe(new InfluencerAnalytics.Client.Contract.StreamGap(null, 1));
        (await NextAsync(listener)).Point!.FollowerCount.ShouldBe(209);
        await using var resumed = Listen(host, [1], last);
        await NextAsync(resumed);
        (await NextAsync(resumed)).Gap.ShouldNotBeNull();
    }

    [Fact]
    public async Task Stream_AHundredInfluencersAfterABacklog_AreAllTold()
    {
        const int Influencers = 100;
        var ids = Enumerable.Range(1, Influencers).Select(static id => (long)id).ToArray();
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(ids);
            await storage.AddAsync(ids.Select(static id => ApiStorage.Point(id, ApiHost.Slot, 100, 10)));
        });
        // Nothing is read meanwhile: two looks find eight passed slots and a newest one of each.
        var brokenOff = 0;
        using var client = host.Services.GetRequiredService<StreamHub>().TryEnter(ids, null, null, () => brokenOff++, out _).ShouldNotBeNull();
        for (var slot = 1; slot <= 18; slot++)
        {
            await host.Storage.AddAsync(ids.Select(id => ApiStorage.Point(id, ApiHost.Slot + slot * Minute, 100 + slot, 10)));
            if (slot is 9 or 18)
                await host.FollowAsync();
        }
        brokenOff.ShouldBe(0);
        client.End();
        var points = 0;
        await foreach (var item in client.ReadAsync(Token))
            points += item.EventType == "point" ? 1 : 0;
        points.ShouldBe(19 * Influencers);
    }

    [Fact]
    public async Task Stream_WhoComesWhileReadingsAreAboutToBeTold_IsToldThemOnceAndInOrder()
    {
        await using var host = await StartAsync();
        await using var first = Listen(host, [1]);
        await NextAsync(first);
        await NextAsync(first);
        // The leaderboard has it already, and the hub is told next.
        LatestPoint[] change = [new LatestPoint(1, 300, 1, ApiHost.Slot + 2 * Minute, ApiHost.Slot, InfluencerAnalytics.Influencers.InfluencerStatus.Tracked)];
        host.Services.GetRequiredService<InfluencerLeaderboard>().Apply(change);
        await host.Storage.AddAsync(1, ApiHost.Slot + Minute, 200, 1);
        await using var second = Listen(host, [1]);
        (await NextAsync(second)).Summary.ShouldNotBeNull();
        await host.Services.GetRequiredService<StreamHub>().ChangedAsync(change, Token);
        (await NextAsync(second)).Point!.FollowerCount.ShouldBe(200);
        (await NextAsync(second)).Point!.FollowerCount.ShouldBe(300);
    }

    [Fact]
    public async Task Stream_WhatWasPassedOverCannotBeRead_IsAGapAndTheRanksGoOn()
    {
        await using var host = await StartAsync();
        var hub = host.Services.GetRequiredService<StreamHub>();
        await using var listener = Listen(host, [1]);
        await NextAsync(listener);
        await NextAsync(listener);
        host.Store.Away = "The store is being moved.";
        await hub.ChangedAsync([new LatestPoint(1, 300, 1, ApiHost.Slot + 2 * Minute, ApiHost.Slot, InfluencerAnalytics.Influencers.InfluencerStatus.Tracked)], Token);
        (await NextAsync(listener)).Gap!.Id.ShouldBe(1);
        (await NextAsync(listener)).Point!.FollowerCount.ShouldBe(300);
    }

    [Fact]
    public async Task Stream_StoreGoesAwayAndComesBack_IsToldBoth()
    {
        await using var host = await StartAsync();
        await using var listener = Listen(host, []);
        (await NextAsync(listener)).Summary!.ShouldSatisfyAllConditions(it => it.AgeSeconds.ShouldBeLessThan(10), it => it.Problem.ShouldBeNull());
        host.Store.Away = "The store is being moved.";
        await host.FollowAsync();
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var old = await NextSummaryAsync(listener);
        while (old.AgeSeconds < 30)
            old = await NextSummaryAsync(listener);
        old.Problem.ShouldBe(host.Store.Away);
        host.Store.Away = null;
        await host.FollowAsync();
        // No new slot came with it.
        var level = await NextSummaryAsync(listener);
        while (level.Problem is not null)
            level = await NextSummaryAsync(listener);
        (level.AgeSeconds, level.AsOf).ShouldSatisfyAllConditions(it => it.AgeSeconds.ShouldBeLessThan(10), it => it.AsOf.ShouldBe(old.AsOf));
    }

    [Fact]
    public async Task Stream_NothingToSay_IsAHeartbeat()
    {
        await using var host = await StartAsync();
        await using var listener = Listen(host, []);
        await NextAsync(listener);
        host.Time.Advance(TimeSpan.FromSeconds(15));
        (await NextAsync(listener)).Heartbeat!.At.ShouldStartWith("2026-11-23T15:04:4");
    }

    [Fact]
    public async Task Stream_Stopping_EndsAtOnce()
    {
        await using var host = await StartAsync();
        await using var listener = Listen(host, [1]);
        await NextAsync(listener);
        await NextAsync(listener);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        (await listener.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Stream_AThousandClients_AreToldWithoutAReadOfTheStore()
    {
        await using var host = await StartAsync(new() { ["Api:MaxStreams"] = "1000" });
        var hub = host.Services.GetRequiredService<StreamHub>();
        var clients = Enumerable.Range(0, 1000).Select(_ => hub.TryEnter([1, 2], null, null, static () => { }, out string? _).ShouldNotBeNull()).ToList();
        hub.TryEnter([1], null, null, static () => { }, out _).ShouldBeNull();
        using var refused = await host.GetAsync("/api/v1/stream");
        await ApiHost.ProblemOfAsync(refused, HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        var reads = host.Store.PointReads;
        await AddAndFollowAsync(host, 1, ApiHost.Slot, 200);
        host.Store.PointReads.ShouldBe(reads);
        foreach (var client in clients)
        {
            await using var events = client.ReadAsync(Token).GetAsyncEnumerator(Token);
            for (var i = 0; i < 3; i++)
                await events.MoveNextAsync();
            await events.MoveNextAsync();
            events.Current.Data.ShouldContain("\"followerCount\":200");
            client.Dispose();
        }
        hub.TryEnter([1], null, null, static () => { }, out _).ShouldNotBeNull().Dispose();
    }

    [Fact]
    public async Task Stream_ClientThatDoesNotRead_IsDroppedAndCounted()
    {
        await using var host = await StartAsync();
        using var heard = new HeardFigures(host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        var hub = host.Services.GetRequiredService<StreamHub>();
        var (brokenOff, wellRead) = (0, 0);
        using var slow = hub.TryEnter([1], null, null, () => brokenOff++, out _).ShouldNotBeNull();
        using var reader = hub.TryEnter([1], null, null, () => wellRead++, out _).ShouldNotBeNull();
        await using var events = reader.ReadAsync(Token).GetAsyncEnumerator(Token);
        for (var i = 0; i < 6000; i++)
        {
            await hub.ChangedAsync([new LatestPoint(1, i, 1, ApiHost.Slot + i * 1000L, ApiHost.Slot, InfluencerAnalytics.Influencers.InfluencerStatus.Tracked)], Token);
            (await events.MoveNextAsync()).ShouldBeTrue();
        }
        (brokenOff, wellRead).ShouldBe((1, 0));
        heard.Ask()["stream.clients"].ShouldBe(2);
        heard.Ask()["stream.dropped"].ShouldBe(1);
        // What it had not taken is bounded.
        var left = 0;
        await foreach (var _ in slow.ReadAsync(Token))
            left++;
        left.ShouldBe(4096);
    }

    [Fact]
    public async Task Stream_OneClientTakesAllItMay_IsRefusedAndTheOthersAreNot()
    {
        await using var host = await StartAsync(new() { ["Api:MaxStreamsPerClient"] = "2", ["Api:TrustedProxies:0"] = "127.0.0.1" });
        using var first = await ListenFromAsync(host, "192.0.2.1");
        using (var second = await ListenFromAsync(host, "192.0.2.1"))
        {
            second.StatusCode.ShouldBe(HttpStatusCode.OK);
            using var refused = await ListenFromAsync(host, "192.0.2.1");
            (await ApiHost.ProblemOfAsync(refused, HttpStatusCode.TooManyRequests)).GetProperty("detail").GetString()!.ShouldContain("Api:MaxStreamsPerClient");
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
            using var other = await ListenFromAsync(host, "192.0.2.2");
            other.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        // Its place is free once the connection is known to be over.
        await Running.Until.TrueAsync(
            async () =>
            {
                using var again = await ListenFromAsync(host, "192.0.2.1");
                return again.StatusCode == HttpStatusCode.OK;
            }, TimeSpan.FromSeconds(30), () => "The place is not given back.", Token);
    }

    [Fact]
    public async Task Stream_MoreIsToldThanAllMayRemember_ForgetsTheOldestAndSaysSo()
    {
        await using var host = await StartAsync(new() { ["Api:MaxStreamEvents"] = "1000" });
        var hub = host.Services.GetRequiredService<StreamHub>();
        var ids = Enumerable.Range(1, 500).Select(id => (long)id).ToList();
        using var one = hub.TryEnter([1], null, null, static () => { }, out _);
        var watchers = ids.Chunk(StreamHub.MostInfluencers).Select(some => hub.TryEnter(some, null, null, static () => { }, out _).ShouldNotBeNull()).ToList();
        var before = await LastIdAsync(hub, 1);
        for (var minute = 1; minute <= 2; minute++)
            await hub.ChangedAsync([.. ids.Select(id => new LatestPoint(id, minute, 1, ApiHost.Slot + minute * Minute, ApiHost.Slot, InfluencerAnalytics.Influencers.InfluencerStatus.Tracked))], Token);
        // Two of each are a thousand: all is remembered.
        (await FollowersAfterAsync(hub, 1, before)).ShouldBe([1, 2]);
        var middle = await LastIdAsync(hub, 1);
        await hub.ChangedAsync([.. ids.Select(id => new LatestPoint(id, 3, 1, ApiHost.Slot + 3 * Minute, ApiHost.Slot, InfluencerAnalytics.Influencers.InfluencerStatus.Tracked))], Token);
        (await FollowersAfterAsync(hub, 1, before)).ShouldBeNull();
        (await FollowersAfterAsync(hub, 1, middle)).ShouldBe([3]);
        watchers.ForEach(static watcher => watcher.Dispose());
    }

    [Theory]
    [InlineData("ids=x")]
    [InlineData("ids=0")]
    [InlineData("ids=1,,2")]
    [InlineData("ids=1;2")]
    [InlineData("id=1")]
    public async Task Stream_BadIds_IsAProblem(string query)
    {
        await using var host = await StartAsync();
        using var response = await host.GetAsync($"/api/v1/stream?{query}");
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Stream_MoreThanAHundred_IsAProblemAndHeadAnswers()
    {
        await using var host = await StartAsync();
        using var many = await host.GetAsync($"/api/v1/stream?ids={string.Join(',', Enumerable.Range(1, 101))}");
        await ApiHost.ProblemOfAsync(many, HttpStatusCode.BadRequest);
        using var head = await host.SendAsync(HttpMethod.Head, $"/api/v1/stream?ids={string.Join(',', Enumerable.Range(1, 100).Append(5))}");
        (head.StatusCode, head.Content.Headers.ContentType!.MediaType, head.Headers.CacheControl!.NoStore).ShouldBe((HttpStatusCode.OK, "text/event-stream", true));
    }

    private static async Task<HttpResponseMessage> ListenFromAsync(ApiHost host, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream?ids=1");
        request.Headers.Add("X-Forwarded-For", address);
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private static async Task<string> LastIdAsync(StreamHub hub, long id)
    {
        using var client = hub.TryEnter([id], null, null, static () => { }, out _).ShouldNotBeNull();
        client.End();
        var last = "";
        await foreach (var item in client.ReadAsync(Token))
            last = item.EventId ?? last;
        return last;
    }

    // Null when it is told of a gap.
    private static async Task<List<long>?> FollowersAfterAsync(StreamHub hub, long id, string lastEventId)
    {
        using var client = hub.TryEnter([id], null, lastEventId, static () => { }, out _).ShouldNotBeNull();
        client.End();
        var followers = new List<long>();
        await foreach (var item in client.ReadAsync(Token))
        {
            if (item.EventType == "gap")
                return null;
            if (item.EventType == "point")
                followers.Add(System.Text.Json.JsonDocument.Parse(item.Data).RootElement.GetProperty("followerCount").GetInt64());
        }
        return followers;
    }

    private static Task<ApiHost> StartAsync(Dictionary<string, string?>? settings = null) => ApiHost.StartAsync(
        async storage =>
        {
            await storage.TrackAsync(1, 2, 3);
            await storage.AddAsync(new[] { 1L, 2, 3 }.Select(id => ApiStorage.Point(id, ApiHost.Slot - Minute, 100 * id, 10)));
        }, settings);

    private static async Task AddAndFollowAsync(ApiHost host, long id, long slot, long followers)
    {
        await host.Storage.AddAsync(id, slot, followers, 10);
        await host.FollowAsync();
    }

    private static IAsyncEnumerator<StreamEvent> Listen(ApiHost host, long[] ids, string? lastEventId = null) =>
        host.Typed.StreamAsync(ids, lastEventId, new StreamOptions { Reconnect = false }, Token).GetAsyncEnumerator(Token);

    private static async Task<InfluencerAnalytics.Client.Contract.SummaryResponse> NextSummaryAsync(IAsyncEnumerator<StreamEvent> listener)
    {
        while (true)
        {
            if ((await NextAsync(listener)).Summary is { } summary)
                return summary;
        }
    }

    private static async Task<StreamEvent> NextAsync(IAsyncEnumerator<StreamEvent> listener)
    {
        (await listener.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Token)).ShouldBeTrue();
        return listener.Current;
    }
}
