using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>What the instruments say to whoever listens is what the API answers.</summary>
public sealed partial class FigureTests
{
    private const long Minute = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queues_OnceRead_SayWhatTheApiSays()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            // Of seven, one is kept.
            for (var i = 0; i < 7; i++)
                await storage.BuryAsync(QueueNames.InfluencerIdStore);
            storage.Come(ApiHost.NowMs - 1500);
            await SendAsync(storage, 10, TimeSpan.Zero);
            (await storage.Queues.Get(QueueNames.InfluencerIdStore).ReceiveAsync(7, TimeSpan.FromMinutes(1), TimeSpan.Zero, Token)).Count.ShouldBe(7);
            await SendAsync(storage, 2, TimeSpan.FromMinutes(1));
        }, configure: options => options with { MaxDeadLetters = 1 });
        using var figures = Listen(host);
        figures.Ask().Keys.ShouldNotContain(name => name.StartsWith("queue.", StringComparison.Ordinal), "nobody has read them yet");
        host.Services.GetRequiredService<NewerMessages>().Note(QueueNames.InfluencerIdStore, new ReceivedMessage("1", "1", default, 1, 0), 2, TimeSpan.FromMinutes(1), NullLogger.Instance);

        var answer = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("queues");
        var heard = figures.Ask();
        foreach (var queue in answer.EnumerateObject())
        {
            heard[$"queue.messages{{queue={queue.Name},state=waiting}}"].ShouldBe(queue.Value.GetProperty("waiting").GetDouble());
            heard[$"queue.messages{{queue={queue.Name},state=in_flight}}"].ShouldBe(queue.Value.GetProperty("inFlight").GetDouble());
            heard[$"queue.messages{{queue={queue.Name},state=delayed}}"].ShouldBe(queue.Value.GetProperty("delayed").GetDouble());
            heard[$"queue.oldest_age{{queue={queue.Name}}}"].ShouldBe(queue.Value.GetProperty("oldestSeconds").GetDouble());
            heard[$"queue.dead_letters{{queue={queue.Name}}}"].ShouldBe(queue.Value.GetProperty("dead").GetDouble());
            heard[$"queue.dropped_dead_letters{{queue={queue.Name}}}"].ShouldBe(queue.Value.GetProperty("droppedDead").GetDouble());
        }

        answer.EnumerateObject().Count().ShouldBe(QueueNames.All.Count);
        (heard["queue.messages{queue=influencer_id_store,state=waiting}"], heard["queue.dead_letters{queue=influencer_id_store}"], heard["queue.newer_version{queue=influencer_id_store}"]).ShouldBe((3, 1, 1));

        host.Queues.Away = "The queue cannot be reached.";
        await host.GetJsonAsync("/api/v1/pipeline");
        figures.Ask().Keys.ShouldNotContain(name => name.StartsWith("queue.messages", StringComparison.Ordinal), "that they are away is not that they are empty");
    }

    [Fact]
    public async Task Store_OnceRead_SaysWhatTheApiSays()
    {
        await using var host = await ApiHost.StartAsync();
        using var figures = Listen(host);
        host.Store.Status = status => status with { Points = 123_456, BytesPerPoint = 10, UsedBytes = 1_234_560, FreeBytes = 1_000_000 };
        var answer = (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("store");
        var heard = figures.Ask();
        heard["store.ready"].ShouldBe(1);
        heard["store.data_points"].ShouldBe(answer.GetProperty("points").GetDouble());
        heard["store.data_point_size"].ShouldBe(answer.GetProperty("bytesPerPoint").GetDouble());
        heard["store.disk.used"].ShouldBe(answer.GetProperty("usedBytes").GetDouble());
        heard["store.disk.free"].ShouldBe(answer.GetProperty("freeBytes").GetDouble());
        (heard["store.data_points"], heard["store.disk.free"]).ShouldBe((123_456, 1_000_000));

        host.Store.Away = "The store is being moved.";
        host.Store.Status = status => status with { UsedBytes = null };
        (await host.GetJsonAsync("/api/v1/pipeline")).GetProperty("store").GetProperty("state").GetString().ShouldBe("away");
        heard = figures.Ask();
        heard["store.ready"].ShouldBe(0);
        heard.ShouldNotContainKey("store.disk.used", "it is not known");
    }

    [Fact]
    public async Task Slots_LastFinalOne_SaysWhatTheApiSays()
    {
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2, 3, 4, 5, 6, 7, 8, 9);
            // One is gone.
            for (var slot = ApiHost.Slot - 9 * Minute; slot < ApiHost.Slot - 6 * Minute; slot += Minute)
                await storage.AppendAsync(Batch(slot, [], new Miss(9, MissReason.NotFound)));
            storage.Come(ApiHost.Slot - 4 * Minute);
            await storage.SealAsync();
            storage.Come(ApiHost.Slot + 1000);
            await storage.AppendAsync(
                Batch(ApiHost.Slot - 3 * Minute, [1, 2, 3, 4, 5, 6, 7, 8]),
                Batch(ApiHost.Slot - 2 * Minute, [1, 2, 3, 4, 101, 102], new Miss(5, MissReason.Timeout), new Miss(6, MissReason.Timeout), new Miss(7, MissReason.NotFound)),
                Batch(ApiHost.Slot, [1, 2, 3, 4, 5, 6, 7, 8]));
        });
        using var figures = Listen(host);
        var answer = await host.GetJsonAsync("/api/v1/pipeline");
        var slot = answer.GetProperty("slots").EnumerateArray().Last(slot => slot.GetProperty("final").GetBoolean());
        var heard = figures.Ask();
        heard["slot.coverage"].ShouldBe(slot.GetProperty("coverage").GetDouble());
        heard["slot.covered"].ShouldBe(slot.GetProperty("stored").GetDouble());
        heard["slot.tracked"].ShouldBe(slot.GetProperty("tracked").GetDouble());
        heard["slot.gone"].ShouldBe(slot.GetProperty("gone").GetDouble());
        heard["slot.others"].ShouldBe(slot.GetProperty("others").GetDouble());
        heard.Where(pair => pair.Key.StartsWith("slot.missed", StringComparison.Ordinal)).ToDictionary().ShouldBe(
            slot.GetProperty("missed").EnumerateObject().ToDictionary(miss => $"slot.missed{{reason={miss.Name}}}", miss => miss.Value.GetDouble()));
        (heard["slot.coverage"], heard["slot.missed{reason=timeout}"], heard["slot.missed{reason=unreported}"]).ShouldBe((0.5, 2, 1));
        heard["slot.age"].ShouldBe(150);
        heard["roster.influencers{state=tracked}"].ShouldBe(answer.GetProperty("tracked").GetDouble());
        heard["roster.influencers{state=gone}"].ShouldBe(answer.GetProperty("gone").GetDouble());

        host.Store.Away = "The store is being moved.";
        await host.GetJsonAsync("/api/v1/pipeline");
        figures.Ask().Keys.ShouldNotContain(name => name.StartsWith("slot.", StringComparison.Ordinal) || name.StartsWith("roster.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leaderboard_Loaded_SaysWhatTheApiSays()
    {
        var hold = new TaskCompletionSource();
        await using var host = await ApiHost.StartAsync(async storage =>
        {
            await storage.TrackAsync(1, 2, 3);
            await storage.AddAsync([ApiStorage.Point(1, ApiHost.Slot, 100, 10), ApiStorage.Point(2, ApiHost.Slot, 200, 10)]);
            storage.Store.LatestHeld = hold.Task;
        });
        using var figures = Listen(host);
        figures.Ask().Keys.ShouldNotContain(name => name.StartsWith("leaderboard.", StringComparison.Ordinal), "before all is loaded, no rank is right");
        hold.SetResult();
        await ApiHost.WaitForAsync(() => figures.Ask().ContainsKey("leaderboard.ranked"));

        // While the store is away, it gets no younger.
        host.Store.Away = "The store is being moved.";
        await host.FollowAsync();
        host.Time.Advance(TimeSpan.FromSeconds(7));
        var answer = await host.GetJsonAsync("/api/v1/summary");
        var heard = figures.Ask();
        heard["leaderboard.ranked"].ShouldBe(answer.GetProperty("reporting").GetDouble());
        heard["leaderboard.staleness"].ShouldBe(answer.GetProperty("ageSeconds").GetDouble());
        heard["leaderboard.ranked"].ShouldBe(2);
        heard["leaderboard.staleness"].ShouldBeGreaterThanOrEqualTo(7);
    }

    [Fact]
    public async Task Workers_OneCannotWork_SayWhatReadinessSays()
    {
        await using var host = await ApiHost.StartAsync(settings: new() { ["Api:WorkerSilence"] = "00:00:20" });
        using var figures = Listen(host);
        var health = host.Services.GetRequiredService<WorkerHealth>();
        health.Ready("seeder");
        health.Unready("fetcher", "The clock is off by 7 s.");
        await ShouldBeReasonsAsync("fetcher");
        health.Ready("fetcher", TimeSpan.FromHours(1));
        await ShouldBeReasonsAsync();
        // Those of the host run on; this one is silent for longer than configured.
        for (var second = 0; second < 25; second++)
            await host.FollowAsync();
        await ShouldBeReasonsAsync("seeder");
        health.Remove("seeder");
        figures.Ask().ShouldNotContainKey("worker.healthy{worker=seeder}");

        async Task ShouldBeReasonsAsync(params string[] workers)
        {
            using var response = await host.GetAsync("/health/ready");
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var heard = figures.Ask().Where(pair => pair.Key.StartsWith("worker.healthy", StringComparison.Ordinal)).ToDictionary();
            heard.Where(pair => pair.Value == 0).Select(pair => pair.Key).ShouldBe(workers.Select(worker => $"worker.healthy{{worker={worker}}}"));
            heard["worker.healthy{worker=leaderboard}"].ShouldBe(1);
            foreach (var worker in (string[])["fetcher", "seeder"])
                text.Contains($"{worker}: ", StringComparison.Ordinal).ShouldBe(workers.Contains(worker), text);
        }
    }

    [Fact]
    public async Task Figures_NobodyAsksTheApi_AreReadAllTheSame()
    {
        await using var host = await ApiHost.StartAsync();
        using var figures = Listen(host);
        await SendAsync(host.Storage, 3, TimeSpan.Zero);
        await ApiHost.WaitForAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return figures.Ask().GetValueOrDefault("queue.messages{queue=influencer_id_store,state=waiting}") == 3;
        });
        figures.Ask()["store.ready"].ShouldBe(1);
    }

    /// <summary>So that an exporter makes good names of them, and the table in docs/operations.md stays whole.</summary>
    [Fact]
    public async Task Instruments_AllOfAHost_AreNamedAsOpenTelemetryNamesThemAndAreInTheDocs()
    {
        await using var host = await ApiHost.StartAsync();
        using var figures = Listen(host);
        figures.Instruments.Count.ShouldBeGreaterThan(30);
        foreach (var instrument in figures.Instruments)
        {
            instrument.Name.ShouldMatch("^influencer_analytics(\\.[a-z]+(_[a-z]+)*)+$");
            instrument.Name.ShouldNotMatch("(seconds|bytes|ratio|total|count)$", "the unit and the kind stand beside the name");
            (instrument.Unit ?? "1").ShouldMatch("^(\\{[a-z_]+\\}(/s)?|s|By|1)$");
            instrument.Description.ShouldNotBeNullOrEmpty();
        }

        var documented = TableRow().Matches(await File.ReadAllTextAsync(Path.Combine(FindRoot(AppContext.BaseDirectory), "docs", "operations.md"), TestContext.Current.CancellationToken))
            .Select(row => (Name: $"{ProgramMeter.Name}.{row.Groups["name"].Value}", Unit: row.Groups["unit"].Value)).ToList();
        documented.OrderBy(row => row.Name, StringComparer.Ordinal).ShouldBe(
            figures.Instruments.Select(instrument => (instrument.Name, Unit: instrument.Unit ?? "")).OrderBy(row => row.Name, StringComparer.Ordinal));
    }

    private static HeardFigures Listen(ApiHost host) => new(host.Services.GetRequiredService<IMeterFactory>());

    private static DataPointBatch Batch(long slot, long[] read, params Miss[] missed) =>
        new(slot, TimeSpan.FromMinutes(1), [.. read.Select(id => ApiStorage.Point(id, slot, 100, 10))], missed);

    private static async Task SendAsync(ApiStorage storage, int count, TimeSpan delay) =>
        (await storage.Queues.Get(QueueNames.InfluencerIdStore).SendAsync([.. Enumerable.Repeat(new OutgoingMessage("{}"u8.ToArray(), delay), count)], Token)).ShouldBeEmpty();

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "InfluencerAnalytics.slnx")) ? directory : FindRoot(Path.GetDirectoryName(directory)!);

    // | `queue.messages` | {message} | ... |
    [GeneratedRegex(@"^\| `(?<name>[a-z_.]+)` \| (?<unit>[^ |]*) ?\| ", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
