using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Providers.Mockstagram;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Pacing;

namespace InfluencerAnalytics.HostTests.Providers.Mockstagram;

/// <summary>The checks of the provider against real HTTP: the simulator's verdicts and faults, and servers that break the rules.</summary>
public sealed class MockstagramSuspicionProviderTests : IAsyncDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly List<IDisposable> _clients = [];

    public ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Check_ByTheNumbers_IsWhatTheSimulatorSays()
    {
        await using var simulator = await StartAsync(FaultRates.None);
        var client = Client(simulator.Address);
        var bought = await CheckAsync(client, 1_000_007, 500, 100);
        (bought.Kind, bought.IsSuspicious).ShouldBe((FetchOutcomeKind.Ok, true));
        Math.Abs(bought.CheckedAt - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).ShouldBeLessThan(10_000);
        (await CheckAsync(client, 1_000_007, 1_000_000_000_000, 100)).IsSuspicious.ShouldBeFalse();
        simulator.Stats.SuspicionChecks.ShouldBe(2);
    }

    [Theory]
    [InlineData(FaultKind.ServerError, FetchOutcomeKind.Transient, MissReason.ServerError)]
    [InlineData(FaultKind.Throttled, FetchOutcomeKind.Throttled, MissReason.Throttled)]
    [InlineData(FaultKind.Reset, FetchOutcomeKind.Transient, MissReason.Connection)]
    [InlineData(FaultKind.Silent, FetchOutcomeKind.Transient, MissReason.Timeout)]
    [InlineData(FaultKind.WrongPk, FetchOutcomeKind.Malformed, MissReason.WrongInfluencer)]
    [InlineData(FaultKind.HugeBody, FetchOutcomeKind.Malformed, MissReason.BodyTooLarge)]
    [InlineData(FaultKind.MissingCount, FetchOutcomeKind.Malformed, MissReason.MalformedBody)]
    public async Task Check_EachFault_IsItsReason(FaultKind fault, FetchOutcomeKind kind, MissReason reason)
    {
        await using var simulator = await StartAsync(FaultRates.Only(fault, 1));
        var outcome = await Client(simulator.Address).CheckAsync(1_000_007, 70, 5, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        (outcome.Kind, outcome.Reason).ShouldBe((kind, reason));
    }

    [Theory]
    [InlineData("""{"pk":7,"suspicious":true}""", true)]
    [InlineData(""" {"more":{"pk":8},"suspicious":false,"pk":7} """, false)]
    public async Task Check_GoodBodies_AreTaken(string body, bool isSuspicious)
    {
        await using var server = RawServer.Answering("200 OK", body);
        (await CheckAsync(Client(server.Address), 7, 70, 5)).IsSuspicious.ShouldBe(isSuspicious);
        server.Requests.ShouldBe(["POST /api/v1/influencers/is_suspicious HTTP/1.1"]);
    }

    [Theory]
    [InlineData("", MissReason.MalformedBody)]
    [InlineData("true", MissReason.MalformedBody)]
    [InlineData("""{"pk":7}""", MissReason.MalformedBody)]
    [InlineData("""{"pk":7,"suspicious":"true"}""", MissReason.MalformedBody)]
    [InlineData("""{"pk":7,"suspicious":null}""", MissReason.MalformedBody)]
    [InlineData("""{"pk":7,"suspicious":true""", MissReason.MalformedBody)]
    [InlineData("""{"pk":7,"suspicious":true}{""", MissReason.MalformedBody)]
    [InlineData("""{"pk":"7","suspicious":true}""", MissReason.WrongInfluencer)]
    [InlineData("""{"pk":8,"suspicious":true}""", MissReason.WrongInfluencer)]
    [InlineData("""{"suspicious":true}""", MissReason.WrongInfluencer)]
    public async Task Check_BadBodies_AreTheirReason(string body, MissReason reason)
    {
        await using var server = RawServer.Answering("200 OK", body);
        var outcome = await CheckAsync(Client(server.Address), 7, 70, 5);
        (outcome.Kind, outcome.Reason).ShouldBe((FetchOutcomeKind.Malformed, reason));
    }

    [Fact]
    public async Task Check_BodyWithoutALengthIsLonger_IsTooLarge()
    {
        await using var server = new RawServer($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{new string(' ', 70_000)}");
        (await CheckAsync(Client(server.Address), 7, 70, 5)).Reason.ShouldBe(MissReason.BodyTooLarge);
    }

    [Theory]
    [InlineData("404 Not Found", MissReason.UnexpectedStatus)]
    [InlineData("503 Service Unavailable", MissReason.ServerError)]
    [InlineData("429 Too Many Requests", MissReason.Throttled)]
    public async Task Check_OtherStatus_IsItsReasonAndTellsRetryAfter(string status, MissReason reason)
    {
        await using var server = RawServer.Answering(status, "", "Retry-After: 7\r\n");
        var outcome = await CheckAsync(Client(server.Address), 7, 70, 5);
        (outcome.Reason, outcome.RetryAfter).ShouldBe((reason, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task Check_Cancelled_Throws()
    {
        await using var server = new RawServer(static (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var check = Client(server.Address).CheckAsync(7, 70, 5, TimeLimit, cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => check);
    }

    private static Task<SimulatorServer> StartAsync(FaultRates faults) => SimulatorServer.StartAsync(
        new SimulatorOptions { Port = 0, Faults = faults, SuspicionDelay = Latency.Fixed(TimeSpan.FromMilliseconds(1)) }, TestContext.Current.CancellationToken);

    private static ValueTask<SuspicionOutcome> CheckAsync(MockstagramSuspicionProvider client, long id, long followers, long following) =>
        client.CheckAsync(id, followers, following, TimeLimit, TestContext.Current.CancellationToken);

    private MockstagramSuspicionProvider Client(Uri address)
    {
        var client = new MockstagramSuspicionProvider(new ProviderOptions { BaseAddress = address }, TimeProvider.System);
        _clients.Add(client);
        return client;
    }
}
