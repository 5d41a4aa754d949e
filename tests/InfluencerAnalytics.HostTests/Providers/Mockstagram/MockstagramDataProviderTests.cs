using System.Net.Sockets;
using System.Text;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Providers.Mockstagram;
using Microsoft.Extensions.Logging.Abstractions;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;

namespace InfluencerAnalytics.HostTests.Providers.Mockstagram;

/// <summary>The provider's client against real HTTP: the simulator's faults, and servers that break the rules.</summary>
public sealed class MockstagramDataProviderTests : IAsyncDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private const string Good = """{"pk":7,"username":"influencer-7","followerCount":70,"followingCount":5}""";

    private readonly List<IDisposable> _clients = [];

    public ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Fetch_GoodAnswers_AreWhatTheSimulatorServed()
    {
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Count = 100, LedgerCapacity = 1000 }, TestContext.Current.CancellationToken);
        var client = Client(simulator.Address);
        for (var id = 1_000_000; id < 1_000_100; id++)
        {
            var outcome = await FetchAsync(client, id);
            outcome.Kind.ShouldBe(FetchOutcomeKind.Ok);
            outcome.Username.ShouldBe($"influencer-{id}");
            outcome.FollowerCount.ShouldBeGreaterThan(0);
            Math.Abs(outcome.RetrievedAt - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).ShouldBeLessThan(10_000);
        }
        simulator.Stats.Readings.ShouldBe(100);
    }

    [Fact]
    public async Task Fetch_UnknownInfluencer_IsNotFoundThoughTheStatusIs500()
    {
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = 10 }, TestContext.Current.CancellationToken);
        var outcome = await FetchAsync(Client(simulator.Address), 5);
        outcome.ShouldBe(FetchOutcome.Failed(FetchOutcomeKind.NotFound, MissReason.NotFound));
    }

    [Theory]
    [InlineData(FaultKind.ServerError, FetchOutcomeKind.Transient, MissReason.ServerError)]
    [InlineData(FaultKind.Throttled, FetchOutcomeKind.Throttled, MissReason.Throttled)]
    [InlineData(FaultKind.Unavailable, FetchOutcomeKind.Transient, MissReason.ServerError)]
    [InlineData(FaultKind.Reset, FetchOutcomeKind.Transient, MissReason.Connection)]
    [InlineData(FaultKind.Silent, FetchOutcomeKind.Transient, MissReason.Timeout)]
    [InlineData(FaultKind.SlowDrip, FetchOutcomeKind.Transient, MissReason.Timeout)]
    [InlineData(FaultKind.WrongPk, FetchOutcomeKind.Malformed, MissReason.WrongInfluencer)]
    [InlineData(FaultKind.NegativeCount, FetchOutcomeKind.Malformed, MissReason.BadCount)]
    [InlineData(FaultKind.MissingCount, FetchOutcomeKind.Malformed, MissReason.BadCount)]
    [InlineData(FaultKind.NonNumericCount, FetchOutcomeKind.Malformed, MissReason.BadCount)]
    [InlineData(FaultKind.HugeBody, FetchOutcomeKind.Malformed, MissReason.BodyTooLarge)]
    public async Task Fetch_EachFault_IsItsReasonAndTheNextAnswerIsGood(FaultKind fault, FetchOutcomeKind kind, MissReason reason)
    {
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Faults = FaultRates.Only(fault, 1) }, TestContext.Current.CancellationToken);
        var client = Client(simulator.Address, TimeSpan.FromMilliseconds(300));
        for (var i = 0; i < 3; i++)
        {
            var outcome = await FetchAsync(client, 1_000_007);
            (outcome.Kind, outcome.Reason).ShouldBe((kind, reason));
        }
        simulator.Faults = FaultRates.None;
        (await FetchAsync(Client(simulator.Address), 1_000_007)).IsOk.ShouldBeTrue();
        (await FetchAsync(client, 1_000_007)).Kind.ShouldBeOneOf(FetchOutcomeKind.Ok, FetchOutcomeKind.Transient);
    }

    [Fact]
    public async Task Fetch_Truncated_IsMalformedOrABrokenConnectionNeverAReading()
    {
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Faults = FaultRates.Only(FaultKind.Truncated, 1) }, TestContext.Current.CancellationToken);
        var client = Client(simulator.Address);
        for (var i = 0; i < 30; i++)
            (await FetchAsync(client, 1_000_007)).Reason.ShouldBeOneOf(MissReason.MalformedBody, MissReason.Connection);
    }

    [Fact]
    public async Task Fetch_RetryAfterInSeconds_IsHanded()
    {
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Faults = FaultRates.Only(FaultKind.Throttled, 1), RetryAfter = TimeSpan.FromSeconds(7) },
            TestContext.Current.CancellationToken);
        (await FetchAsync(Client(simulator.Address), 1_000_007)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Theory]
    [InlineData("429 Too Many Requests", MissReason.Throttled)]
    [InlineData("503 Service Unavailable", MissReason.ServerError)]
    public async Task Fetch_RetryAfterAsADate_IsTheTimeUntilThen(string status, MissReason reason)
    {
        await using var server = RawServer.Answering(status, "", $"Retry-After: {TimeProvider.System.GetUtcNow().AddSeconds(90):R}\r\n");
        var outcome = await FetchAsync(Client(server.Address), 7);
        outcome.Reason.ShouldBe(reason);
        outcome.RetryAfter!.Value.TotalSeconds.ShouldBeInRange(60, 90);
    }

    [Theory]
    [InlineData("Mon, 01 Jan 2001 00:00:00 GMT")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task Fetch_RetryAfterThatMakesNoSense_IsNone(string value)
    {
        await using var server = RawServer.Answering("429 Too Many Requests", "", $"Retry-After: {value}\r\n");
        var outcome = await FetchAsync(Client(server.Address), 7);
        outcome.Kind.ShouldBe(FetchOutcomeKind.Throttled);
        outcome.RetryAfter.ShouldBeNull();
    }

    [Theory]
    [InlineData("500 Oops", """{"error":{"name":"InfluencerNotFoundError"}}""", MissReason.NotFound)]
    [InlineData("500 Oops", """{"error":{"name":"SomethingElse"}}""", MissReason.ServerError)]
    [InlineData("500 Oops", "", MissReason.ServerError)]
    [InlineData("500 Oops", "InfluencerNotFoundError", MissReason.ServerError)]
    [InlineData("500 Oops", """{"error":{"name":"\ud800"}}""", MissReason.ServerError)]
    [InlineData("502 Bad Gateway", """{"error":{"name":"InfluencerNotFoundError"}}""", MissReason.ServerError)]
    [InlineData("301 Moved Permanently", "", MissReason.UnexpectedStatus)]
    [InlineData("204 No Content", "", MissReason.UnexpectedStatus)]
    [InlineData("403 Forbidden", "", MissReason.UnexpectedStatus)]
    [InlineData("404 Not Found", "", MissReason.UnexpectedStatus)]
    [InlineData("404 Not Found", """{"error":{"name":"InfluencerNotFoundError"}}""", MissReason.NotFound)]
    [InlineData("200 OK", "", MissReason.MalformedBody)]
    [InlineData("200 OK", "<html>", MissReason.MalformedBody)]
    [InlineData("200 OK", """{"pk":7,"username":"influencer-7","followerCount":70,"followingCount":5""", MissReason.MalformedBody)]
    [InlineData("200 OK", """{"pk":7,"followerCount":70,"followingCount":5}""", MissReason.MalformedBody)]
    [InlineData("200 OK", """{"pk":"7","username":"x","followerCount":70,"followingCount":5}""", MissReason.WrongInfluencer)]
    [InlineData("200 OK", """{"pk":7,"username":"x","followerCount":7e1,"followingCount":5}""", MissReason.BadCount)]
    [InlineData("200 OK", """{"pk":7,"username":"x","followerCount":70.5,"followingCount":5}""", MissReason.BadCount)]
    public async Task Fetch_OtherAnswers_AreTheirReasons(string status, string body, MissReason reason)
    {
        await using var server = status.StartsWith("204", StringComparison.Ordinal)
            ? new RawServer("HTTP/1.1 204 No Content\r\n\r\n")
            : RawServer.Answering(status, body);
        (await FetchAsync(Client(server.Address), 7)).Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("this is not HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task Fetch_BrokenHttp_IsAConnectionThatBroke(string answer)
    {
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), token);
            stream.Socket.Shutdown(SocketShutdown.Both);
        });
        (await FetchAsync(Client(server.Address), 7)).Reason.ShouldBe(MissReason.Connection);
    }

    [Fact]
    public async Task Fetch_NobodyListens_IsAConnectionFailure()
    {
        Uri address;
        await using (var server = new RawServer(""))
            address = server.Address;
        (await FetchAsync(Client(address), 7)).Reason.ShouldBe(MissReason.Connection);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_EndlessBody_IsTooLargeAndNotReadOn(bool chunked)
    {
        var written = 0L;
        await using var server = new RawServer(async (stream, token) =>
        {
            var head = chunked ? "Transfer-Encoding: chunked" : "Connection: close";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{head}\r\n\r\n"), token);
            var part = Encoding.ASCII.GetBytes((chunked ? "1000\r\n" : "") + new string(' ', 4096) + (chunked ? "\r\n" : ""));
            while (true)
            {
                await stream.WriteAsync(part, token);
                Interlocked.Add(ref written, part.Length);
            }
        });
        (await FetchAsync(Client(server.Address), 7)).Reason.ShouldBe(MissReason.BodyTooLarge);
    }

    [Fact]
    public async Task Fetch_UsernameOfControlCharactersOrTooLong_IsCleanedAndCut()
    {
        await using var server = RawServer.Answering(
            "200 OK", $$"""{"extra":{"a":[1,{"b":2}]},"pk":7,"username":"a\u0000\u001b[31m{{new string('x', 1000)}}","followerCount":0,"followingCount":0}""");
        var outcome = await FetchAsync(Client(server.Address), 7);
        outcome.IsOk.ShouldBeTrue();
        outcome.Username.ShouldBe("a[31m" + new string('x', 251));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/behind/a/proxy")]
    [InlineData("/behind/a/proxy/")]
    public async Task Fetch_AnotherBasePath_IsAskedBelowIt(string path)
    {
        await using var server = RawServer.Answering("200 OK", Good);
        (await FetchAsync(Client(new Uri(server.Address, path)), 7)).IsOk.ShouldBeTrue();
        server.Requests.ShouldHaveSingleItem().ShouldBe($"GET {path.TrimEnd('/')}/api/v1/influencers/7 HTTP/1.1");
    }

    [Fact]
    public async Task Fetch_ManyInTurn_ReuseTheConnection()
    {
        var connections = new HashSet<object>();
        await using var server = new RawServer((stream, token) =>
        {
            lock (connections)
                connections.Add(stream);
            return stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Good.Length}\r\n\r\n{Good}"), token).AsTask();
        });
        var client = Client(server.Address);
        for (var i = 0; i < 20; i++)
            (await FetchAsync(client, 7)).IsOk.ShouldBeTrue();
        connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fetch_Cancelled_Throws()
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer((_, token) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        using var cancellation = new CancellationTokenSource();
        var client = Client(server.Address);
        var fetch = client.FetchAsync(7, TimeLimit, cancellation.Token).AsTask();
        await asked.Task;
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(fetch);
        await Should.ThrowAsync<OperationCanceledException>(client.FetchAsync(7, TimeLimit, cancellation.Token).AsTask());
    }

    private MockstagramDataProvider Client(Uri address, TimeSpan? timeout = null)
    {
        var client = new MockstagramDataProvider(
            new ProviderOptions { BaseAddress = address, RequestTimeout = timeout ?? TimeSpan.FromSeconds(10) },
            TimeProvider.System,
            new ProviderClock(TimeProvider.System, NullLogger<ProviderClock>.Instance));
        _clients.Add(client);
        return client;
    }

    private static ValueTask<FetchOutcome> FetchAsync(MockstagramDataProvider client, long id) => client.FetchAsync(id, TimeLimit, TestContext.Current.CancellationToken);
}
