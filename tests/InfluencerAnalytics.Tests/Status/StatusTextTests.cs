using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Logging;
using InfluencerAnalytics.Host.Status;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace InfluencerAnalytics.Tests.Status;

public sealed class StatusTextTests
{
    private static readonly PipelineResponse Healthy = new(
        60, 3, 9_999, 1,
        [
            new SlotResponse("2026-11-23T15:03:00Z", 9_998, 9_999, 0.99989, true, new Dictionary<string, long> { ["timeout"] = 1 }),
            new SlotResponse("2026-11-23T15:04:00Z", 5_000, 9_999, 0.5, false, new Dictionary<string, long>()),
        ],
        new FetchResponse(166.7, 12, 64, null, 1, false, null, null, 123_456, 0, new Dictionary<string, long> { ["timeout"] = 3, ["server_error"] = 5 }),
        new Dictionary<string, QueueResponse> { ["influencer_id_store"] = new(0, 20, 0, 0, 0, 0), ["influencer_data_points"] = new(2, 1, 0, 0.4, 7, 12_345, 40) },
        null,
        new IngestResponse(166.7, 0.31, 123_000, 0, 0, 7),
        new StoreResponse("embedded", "ready", null, 12_000_000, 80_000_000_000, 8.1, 116_000_000, 689.6));

    [Fact]
    public void Render_AHealthyPipeline_ShowsEveryFigure()
    {
        var text = Draw(Healthy, []);

        text.ShouldContain("15:03:00");
        text.ShouldContain("99.98%");
        text.ShouldContain("50% so far");
        text.ShouldContain("9,999 tracked, 1 gone, unknown to the provider, once every 1m");
        text.ShouldContain("167/s, 12 in flight of at most 64");
        text.ShouldContain("server_error 5, timeout 3");
        text.ShouldContain("0.3 s after it was read");
        text.ShouldContain("12 MB used");
        text.ShouldContain("80 GB free; about 116 MB a day before old readings are dropped, so room for 690 days of them");
        text.ShouldContain("influencer_data_points");
        text.ShouldContain("7 (+12,345 dropped)");
        text.ShouldContain("! 40 messages in influencer_data_points are of a newer version");
    }

    [Fact]
    public void Render_PartsAway_ShowsWhyAndDoesNotFail()
    {
        var away = new PipelineResponse(
            null, null, null, null, null, new FetchResponse(0, 0, 0, null, null, true, "2026-11-23T15:04:00Z", "connection", 0, 0, new Dictionary<string, long>()), null, "the queue is [away]",
            new IngestResponse(0, null, 0, 0, 0, 0), new StoreResponse("embedded", "away", "the disk is full", null, null, null, null, null));

        var text = Draw(away, ["fetcher: has not reported for 61 s."]);

        text.ShouldContain("no slot yet");
        text.ShouldContain("only probes are sent");
        text.ShouldContain("the disk is full");
        text.ShouldContain("! the queue is [away]");
        text.ShouldContain("! fetcher: has not reported");
    }

    [Theory]
    [InlineData(true, "refused requests (429) lately: asked at most 98.2 times a second")]
    [InlineData(false, "asked at most 98.2 times a second, as configured")]
    public void Render_RateLimited_SaysWhy(bool refuses, string expected) =>
        Draw(Healthy with { Fetch = Healthy.Fetch with { RateLimit = 98.2, ProviderRefuses = refuses } }, []).ShouldContain(expected);

    [Fact]
    public void Render_ProviderAskedForAPause_SaysUntilWhen() =>
        Draw(Healthy with { Fetch = Healthy.Fetch with { RateLimit = 98.2, ProviderRefuses = true, PausedUntil = "2026-11-23T15:04:05Z" } }, [])
            .ShouldContain("a pause (Retry-After) until 2026-11-23T15:04:05Z");

    [Fact]
    public void Render_AQueueThatCannotBeRead_SaysWhyAndCountsNothing()
    {
        var text = Draw(Healthy with { Queues = new Dictionary<string, QueueResponse> { ["influencer_suspicion_checks"] = new(null, null, null, null, null, null) { Problem = "It does [not] exist." } } }, []);
        text.ShouldContain("! It does [not] exist.");
        text.Split('\n').Single(line => line.Contains("influencer_suspicion_checks")).Split([' ', '│'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ShouldBe(["influencer_suspicion_checks", "?", "-", "?", "?"]);
    }

    [Fact]
    public void Render_OneProcess_HasNothingToSayOfOthers() => Draw(Healthy with { Processes = [Process("up")] }, []).ShouldNotContain("process ");

    [Fact]
    public void Render_SeveralProcesses_ShowsHowEachIs()
    {
        var text = Draw(
            Healthy with
            {
                Processes =
                [
                    Process("api"), Process("fetcher") with { FetchedPerSecond = 83.4, Notes = ["The provider is [away]."] }, Process("fetcher") with { Counted = false, Ready = false, SilentSeconds = 312.4, FetchedPerSecond = 99 },
                    Process("ingester") with { Ready = false, Problem = "store: away", StoredPerSecond = 166.7 },
                ],
            }, []);

        text.ShouldContain("ready: The provider is [away].");
        text.ShouldContain("83.4/s");
        text.ShouldContain("last heard of 5 min ago");
        text.ShouldNotContain("99/s");
        text.ShouldContain("store: away");
    }

    [Fact]
    public void Describe_SeveralProcesses_SaysHowMany() =>
        SummaryReporter.Describe(Healthy with { Processes = [Process("api"), Process("fetcher"), Process("fetcher") with { Counted = false }] }).ShouldContain("; 2 processes and 1 silent; ");

    [Fact]
    public void Describe_AHealthyPipeline_IsOneLineOfTheLastFinalSlot()
    {
        var line = SummaryReporter.Describe(Healthy);

        line.ShouldNotContain("\n");
        line.ShouldStartWith("slot 2026-11-23T15:03:00Z 99.98% (9998 of 9999; missed: timeout 1)");
        line.ShouldContain("2 messages waiting, 7 dead");
    }

    [Fact]
    public void DiskForecast_NothingMeasuredYet_AssumesEightBytesAndSaysSo() =>
        DiskForecast.Describe(1_000_000, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), new StoreStatus("embedded", true, null, 0, 80_000_000_000, null)).ShouldBe(
            "Disk: 1,000,000 influencers every 1m make about 11.5 GB of readings a day (at 8 bytes a reading, an estimate until it is measured), "
            + "at most 92.2 GB of them kept; 80 GB free.");

    [Fact]
    public void DiskForecast_MeasuredAndKeptForEver_SaysBoth() =>
        DiskForecast.Describe(10_000, TimeSpan.FromSeconds(10), null, new StoreStatus("embedded", true, null, 0, null, 6.04)).ShouldBe(
            "Disk: 10,000 influencers every 10s make about 522 MB of readings a day (at 6 bytes a reading), kept for ever; an unknown amount free.");

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1500, "1.5 KB")]
    [InlineData(11_500_000_000d, "11.5 GB")]
    public void Bytes_AnyAmount_HasTheUnitThatSuitsIt(double bytes, string text) => Amounts.Bytes(bytes).ShouldBe(text);

    [Fact]
    public void Percent_JustUnderWhole_IsNotCalledWhole() => Amounts.Percent(0.999999).ShouldBe("99.99%");

    [Fact]
    public void LogLine_TimeOfAnotherZone_IsInUtc() =>
        LogLine.Format(new DateTimeOffset(2026, 11, 24, 5, 30, 0, 7, TimeSpan.FromHours(5.5)), LogLevel.Warning, "A", "x", null).ShouldStartWith("2026-11-24T00:00:00.007Z warn ");

    [Fact]
    public void LogLine_MessageWithLineBreaks_StaysOneLine()
    {
        var line = LogLine.Format(DateTimeOffset.UnixEpoch, LogLevel.Warning, "A.B.Fetcher", "username\nfatal forged", new InvalidOperationException("x\r\ny"));

        line.ShouldBe("1970-01-01T00:00:00.000Z warn  Fetcher: username | fatal forged | x | y");
    }

    [Fact]
    public void RecentWarnings_MoreThanAreKept_KeepsTheLast()
    {
        using var warnings = new RecentWarnings(new FakeTimeProvider());
        var logger = warnings.CreateLogger("any");
        for (var i = 0; i < 9; i++)
        {
            logger.Log(LogLevel.Information, default, i, null, static (state, _) => $"information {state}");
            logger.Log(LogLevel.Warning, default, i, null, static (state, _) => $"warning {state}");
        }

        warnings.Snapshot().Select(warning => warning.Message).ShouldBe(["warning 4", "warning 5", "warning 6", "warning 7", "warning 8"]);
    }

    [Fact]
    public void RecentWarnings_MinutesOld_AreDropped()
    {
        var time = new FakeTimeProvider();
        using var warnings = new RecentWarnings(time);
        var logger = warnings.CreateLogger("any");
        logger.Log(LogLevel.Warning, default, 0, null, static (_, _) => "The provider is away.");
        time.Advance(TimeSpan.FromSeconds(90));
        logger.Log(LogLevel.Error, default, 0, null, static (_, _) => "later");

        warnings.Snapshot().Select(warning => warning.Message).ShouldBe(["The provider is away.", "later"]);
        time.Advance(TimeSpan.FromSeconds(31));
        warnings.Snapshot().Select(warning => warning.Message).ShouldBe(["later"]);
        time.Advance(TimeSpan.FromMinutes(4));
        warnings.Snapshot().ShouldBeEmpty();
    }

    private static ProcessResponse Process(string role) => new(role, "host-1", "1.2.3", true, null, "2026-11-23T15:00:00Z", "2026-11-23T15:04:00Z") { Counted = true };

    private static string Draw(PipelineResponse pipeline, IReadOnlyList<string> problems)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 200;
        console.Write(StatusRenderer.Render(pipeline, problems));
        return output.ToString();
    }
}
