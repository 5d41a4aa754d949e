using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Pacing;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class SimulatorServerTests
{
    private const string Suspicious = "/api/v1/influencers/is_suspicious";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_KnownAccount_AnswersExactlyTheProvidersShape()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var response = await simulator.GetAsync(RunningSimulator.FirstId);
        var entry = simulator.Server.Ledger!.ReadAll().ShouldHaveSingleItem();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Headers.Date.ShouldNotBeNull();
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe(
            $$"""{"pk":5000000,"username":"influencer-5000000","followerCount":{{entry.FollowerCount}},"followingCount":{{entry.FollowingCount}}}""");
    }

    [Theory]
    [InlineData("4999999")]
    [InlineData("5001000")]
    [InlineData("0")]
    [InlineData("-5000000")]
    [InlineData("99999999999999999999999")]
    [InlineData("somebody")]
    public async Task Get_UnknownAccount_Answers500WithInfluencerNotFoundError(string pk)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var response = await simulator.Client.GetAsync($"/api/v1/influencers/{pk}", Cancel);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe("""{"error":{"name":"InfluencerNotFoundError"}}""");
        simulator.Server.Ledger!.Written.ShouldBe(0);
        simulator.Server.Stats.Unknown.ShouldBe(1);
    }

    [Fact]
    public async Task Get_FirstAndLastAccount_AreBothKnown()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        (await simulator.ReadAsync(RunningSimulator.FirstId)).Pk.ShouldBe(RunningSimulator.FirstId);
        (await simulator.ReadAsync(RunningSimulator.FirstId + RunningSimulator.Count - 1)).Username.ShouldBe("influencer-5000999");
    }

    [Fact]
    public async Task Get_SameAccountTwice_ChangesTheCounts()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var first = await simulator.ReadAsync(RunningSimulator.FirstId);
        var second = await simulator.ReadAsync(RunningSimulator.FirstId);
        second.FollowerCount.ShouldNotBe(first.FollowerCount);
    }

    [Fact]
    public async Task Get_OtherServerOfTheSameSeed_AnswersTheSameWhateverTheOrder()
    {
        await using var one = await RunningSimulator.StartAsync(RunningSimulator.Options with { Seed = 77 });
        await using var other = await RunningSimulator.StartAsync(RunningSimulator.Options with { Seed = 77 });
        long[] ids = [5_000_001, 5_000_002, 5_000_003];
        var expected = new List<RunningSimulator.Reading>();
        foreach (var id in ids)
            expected.Add(await one.ReadAsync(id));
        foreach (var id in ids.Reverse())
            (await other.ReadAsync(id)).ShouldBe(expected.Single(reading => reading.Pk == id));
    }

    [Fact]
    public async Task Get_LifelikeWalk_AnswersTheWalkAtThePresentMoment()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { Walk = WalkKind.Lifelike, Seed = 9 }, time);
        var reading = await simulator.ReadAsync(5_000_123);
        var expected = LifelikeWalk.ValueAt(9, 5_000_123, time.GetUtcNow().ToUnixTimeSeconds() / 60);
        new AccountNumbers(reading.FollowerCount, reading.FollowingCount).ShouldBe(expected);
    }

    [Theory]
    [InlineData(5640, 1000, true)]
    [InlineData(5641, 1000, false)]
    [InlineData(50, 1000, true)]
    [InlineData(100_000, 1000, false)]
    [InlineData(100_000, 0, false)]
    public async Task IsSuspicious_Ratio_DecidesAtItsLimit(int followers, int following, bool suspicious)
    {
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { SuspicionDelay = Latency.None });
        using var response = await simulator.Client.PostAsJsonAsync(
            Suspicious, new { pk = 5_000_007, username = "influencer-5000007", followerCount = followers, followingCount = following }, Cancel);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe($$"""{"pk":5000007,"suspicious":{{(suspicious ? "true" : "false")}}}""");
        simulator.Server.Stats.SuspicionChecks.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"pk\":1}")]
    [InlineData("{\"pk\":1,\"followerCount\":\"a\",\"followingCount\":1}")]
    public async Task IsSuspicious_BadRecord_Answers400(string body)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var response = await simulator.Client.PostAsync(Suspicious, new StringContent(body), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task IsSuspicious_Delay_IsWaitedFor()
    {
        var time = new FakeTimeProvider();
        await using var simulator = await RunningSimulator.StartAsync(
            RunningSimulator.Options with { SuspicionDelay = Latency.Fixed(TimeSpan.FromSeconds(10)) }, time);
        var elapsed = await AdvanceUntilAsync(
            simulator.Client.PostAsJsonAsync(Suspicious, new { pk = 1, followerCount = 2, followingCount = 3 }, Cancel), time);
        elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Get_Latency_IsWaitedForBeforeTheReadingIsTaken()
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var simulator = await RunningSimulator.StartAsync(
            RunningSimulator.Options with { Latency = Latency.Fixed(TimeSpan.FromSeconds(2)) }, time);
        await AdvanceUntilAsync(simulator.GetAsync(RunningSimulator.FirstId), time);
        simulator.Server.Ledger!.ReadAll().ShouldHaveSingleItem().ServedAt.ShouldBeGreaterThanOrEqualTo(start + 2000);
    }

    [Fact]
    public async Task Connection_IdleFor5Seconds_IsClosed()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, simulator.Server.Address.Port, Cancel);
        var stream = socket.GetStream();
        var buffer = new byte[4096];
        // Two requests: the connection is kept for the second.
        for (var i = 0; i < 2; i++)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /api/v1/influencers/5000000 HTTP/1.1\r\nHost: x\r\n\r\n"), Cancel);
            (await stream.ReadAsync(buffer, Cancel)).ShouldBeGreaterThan(0);
        }
        var idle = Stopwatch.StartNew();
        (await stream.ReadAsync(buffer, Cancel)).ShouldBe(0);
        idle.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task Get_OtherPath_Answers404()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var response = await simulator.Client.GetAsync("/nothing", Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task StartAsync_PortInUse_ThrowsIOException()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        await Should.ThrowAsync<IOException>(() => RunningSimulator.StartAsync(RunningSimulator.Options with { Port = simulator.Server.Address.Port }));
    }

    [Fact]
    public async Task StartAsync_ManyBadOptions_NamesThemAll()
    {
        var options = new SimulatorOptions { Host = "?", Port = -1, FirstId = 0, Count = 0, LedgerCapacity = -1, RetryAfter = TimeSpan.FromMilliseconds(1) };
        var error = await Should.ThrowAsync<ArgumentException>(() => SimulatorServer.StartAsync(options, Cancel));
        foreach (var name in new[] { "--host", "--port", "--first-id", "--count", "--ledger", "--retry-after" })
            error.Message.ShouldContain(name);
    }

    /// <summary>Moves the fake time on, bit by bit, until the answer is there.</summary>
    private static async Task<TimeSpan> AdvanceUntilAsync(Task<HttpResponseMessage> request, FakeTimeProvider time)
    {
        var start = time.GetUtcNow();
        while (!request.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }
        using var response = await request;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return time.GetUtcNow() - start;
    }
}
