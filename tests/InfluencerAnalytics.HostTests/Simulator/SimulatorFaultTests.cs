using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Pacing;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class SimulatorFaultTests
{
    private const long Pk = RunningSimulator.FirstId;
    private const string Request = "GET /api/v1/influencers/5000000 HTTP/1.1\r\nHost: x\r\n\r\n";

    private static readonly string[] CountNames = ["followerCount", "followingCount"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultKind.ServerError, HttpStatusCode.InternalServerError)]
    [InlineData(FaultKind.Throttled, HttpStatusCode.TooManyRequests)]
    [InlineData(FaultKind.Unavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task Get_StatusFault_AnswersItWithoutAReading(FaultKind fault, HttpStatusCode status)
    {
        await using var simulator = await StartAsync(fault);
        using var response = await simulator.GetAsync(Pk);
        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("InfluencerNotFoundError");
        ShouldHaveCounted(simulator, fault, 1);
    }

    [Fact]
    public async Task Get_Throttled_SaysForHowLong()
    {
        await using var simulator = await StartAsync(FaultKind.Throttled, options => options with { RetryAfter = TimeSpan.FromSeconds(7) });
        using var response = await simulator.GetAsync(Pk);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Get_Reset_ResetsTheConnection()
    {
        await using var simulator = await StartAsync(FaultKind.Reset);
        var (text, error) = await ExchangeAsync(simulator);
        text.ShouldBeEmpty();
        error.ShouldBe(SocketError.ConnectionReset);
        ShouldHaveCounted(simulator, FaultKind.Reset, 1);
    }

    [Fact]
    public async Task Get_Silent_NeverAnswersUntilTheServerStops()
    {
        var simulator = await StartAsync(FaultKind.Silent);
        var exchange = ExchangeAsync(simulator);
        await WaitUntilAsync(() => simulator.Server.Stats.Faults["silent"] == 1);
        exchange.IsCompleted.ShouldBeFalse();
        await simulator.DisposeAsync();
        (await exchange).Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_SlowDrip_IsAGoodReadingInTheEnd()
    {
        await using var simulator = await StartAsync(FaultKind.SlowDrip, options => options with { DripDuration = TimeSpan.FromMilliseconds(400) });
        using var response = await simulator.Client.GetAsync(RunningSimulator.PathOf(Pk), HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[1024];
        var reads = 0;
        var length = 0;
        for (int count; (count = await body.ReadAsync(buffer.AsMemory(length), Cancel)) > 0; reads++)
            length += count;
        reads.ShouldBeGreaterThan(10);
        var reading = JsonSerializer.Deserialize<RunningSimulator.Reading>(buffer.AsSpan(0, length), JsonSerializerOptions.Web)!;
        var entry = simulator.Server.Ledger!.ReadAll().ShouldHaveSingleItem();
        (reading.Pk, reading.FollowerCount, reading.FollowingCount).ShouldBe((entry.Pk, entry.FollowerCount, entry.FollowingCount));
        simulator.Server.Stats.Faults["drip"].ShouldBe(1);
    }

    [Fact]
    public async Task Get_Truncated_IsCutInEachOfThreeWays()
    {
        await using var simulator = await StartAsync(FaultKind.Truncated);
        var ways = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            var (text, _) = await ExchangeAsync(simulator, close: true);
            var (head, body) = (text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)], text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
            body.ShouldContain("{\"pk\":5000000");
            body.ShouldNotContain("}");
            body.ShouldNotEndWith("0\r\n\r\n");
            ways.Add(head.Contains("chunked", StringComparison.Ordinal) ? "chunked"
                : head.Contains($"Content-Length: {body.Length}\r\n", StringComparison.Ordinal) ? "complete" : "closed");
        }
        ways.ShouldBe(["chunked", "complete", "closed"], ignoreOrder: true);
        ShouldHaveCounted(simulator, FaultKind.Truncated, 60);
    }

    [Fact]
    public async Task Get_WrongPk_AnswersForAnother()
    {
        await using var simulator = await StartAsync(FaultKind.WrongPk);
        (await simulator.ReadAsync(Pk)).Pk.ShouldNotBe(Pk);
        ShouldHaveCounted(simulator, FaultKind.WrongPk, 1);
    }

    [Theory]
    [InlineData(FaultKind.NegativeCount, "-1")]
    [InlineData(FaultKind.NonNumericCount, "\"many\"")]
    [InlineData(FaultKind.MissingCount, null)]
    public async Task Get_BadCount_SpoilsOneCountOrTheOther(FaultKind fault, string? value)
    {
        await using var simulator = await StartAsync(fault);
        var spoilt = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            using var json = JsonDocument.Parse(await simulator.GetTextAsync(RunningSimulator.PathOf(Pk)));
            json.RootElement.GetProperty("pk").GetInt64().ShouldBe(Pk);
            var bad = CountNames.Where(name =>
                json.RootElement.TryGetProperty(name, out var count) ? count.GetRawText() == value : value is null);
            spoilt.Add(bad.ShouldHaveSingleItem());
        }
        spoilt.Count.ShouldBe(2);
        ShouldHaveCounted(simulator, fault, 40);
    }

    [Fact]
    public async Task Get_HugeBody_IsValidJsonOf10Megabytes()
    {
        await using var simulator = await StartAsync(FaultKind.HugeBody);
        var body = await simulator.Client.GetByteArrayAsync(RunningSimulator.PathOf(Pk), Cancel);
        body.Length.ShouldBe(10 * 1024 * 1024);
        JsonSerializer.Deserialize<RunningSimulator.Reading>(body, JsonSerializerOptions.Web)!.Pk.ShouldBe(Pk);
        ShouldHaveCounted(simulator, FaultKind.HugeBody, 1);
    }

    [Fact]
    public async Task Get_SpoiltAnswersBetween_TakeNoStepOfTheWalk()
    {
        await using var plain = await RunningSimulator.StartAsync();
        await using var faulty = await StartAsync(FaultKind.NegativeCount);
        (await faulty.GetAsync(Pk)).Dispose();
        faulty.Server.Faults = FaultRates.None;
        (await faulty.ReadAsync(Pk)).ShouldBe(await plain.ReadAsync(Pk));
    }

    [Theory]
    [InlineData(FaultKind.MissingCount, """{"pk":5000000}""")]
    [InlineData(FaultKind.NonNumericCount, """{"pk":5000000,"suspicious":"many"}""")]
    [InlineData(FaultKind.WrongPk, """{"pk":5000001,"suspicious":true}""")]
    public async Task IsSuspicious_ContentFault_SpoilsTheAnswer(FaultKind fault, string expected)
    {
        await using var simulator = await StartAsync(fault, options => options with { SuspicionDelay = Latency.None });
        using var response = await simulator.Client.PostAsJsonAsync(
            "/api/v1/influencers/is_suspicious", new { pk = Pk, followerCount = 1, followingCount = 1 }, Cancel);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe(expected);
    }

    [Fact]
    public async Task Get_EveryFaultAtItsRate_HappensAboutThatOften()
    {
        await using var simulator = await StartAsync(RunningSimulator.Options with
        {
            DripDuration = TimeSpan.Zero,
            Faults = FaultRates.Each(0.02).With(FaultKind.Silent, 0).With(FaultKind.HugeBody, 0),
        });
        const int Calls = 5_000;
        await Parallel.ForEachAsync(Enumerable.Range(0, Calls), Cancel, async (i, _) =>
        {
            try
            {
                (await simulator.GetAsync(Pk + i % RunningSimulator.Count)).Dispose();
            }
            catch (HttpRequestException)
            {
                // Which is what a reset or cut answer is for.
            }
        });
        var stats = simulator.Server.Stats;
        // A client may itself ask again when a kept connection was reset, so there can be more requests than calls.
        stats.Requests.ShouldBeInRange(Calls, Calls + 500);
        foreach (var kind in FaultNames.Kinds.Where(kind => simulator.Server.Faults[kind] > 0))
            stats.Faults[FaultNames.NameOf(kind)].ShouldBeInRange(60, 150, FaultNames.NameOf(kind));
        stats.Faults["silent"].ShouldBe(0);
        simulator.Server.Ledger!.Written.ShouldBe(stats.Readings);
    }

    private static Task<RunningSimulator> StartAsync(FaultKind fault, Func<SimulatorOptions, SimulatorOptions>? change = null) =>
        StartAsync((change ?? (options => options))(RunningSimulator.Options) with { Faults = FaultRates.Only(fault, 1) });

    private static Task<RunningSimulator> StartAsync(SimulatorOptions options) => RunningSimulator.StartAsync(options);

    private static void ShouldHaveCounted(RunningSimulator simulator, FaultKind fault, long times)
    {
        simulator.Server.Stats.Faults[FaultNames.NameOf(fault)].ShouldBe(times);
        simulator.Server.Stats.Readings.ShouldBe(0);
        simulator.Server.Ledger!.Written.ShouldBe(0);
    }

    /// <summary>Sends one request on a socket of its own and reads until the other side closes or resets.</summary>
    private static async Task<(string Text, SocketError? Error)> ExchangeAsync(RunningSimulator simulator, bool close = false)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, simulator.Server.Address.Port, deadline.Token);
        var request = close ? Request.Replace("Host: x", "Host: x\r\nConnection: close", StringComparison.Ordinal) : Request;
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), deadline.Token);
        var received = new MemoryStream();
        try
        {
            await socket.GetStream().CopyToAsync(received, deadline.Token);
        }
        catch (IOException exception) when (exception.InnerException is SocketException inner)
        {
            return (Encoding.ASCII.GetString(received.ToArray()), inner.SocketErrorCode);
        }
        return (Encoding.ASCII.GetString(received.ToArray()), null);
    }

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
    }
}
