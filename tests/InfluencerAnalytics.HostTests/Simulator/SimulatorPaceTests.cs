using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Time.Testing;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Pacing;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class SimulatorPaceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_BeyondTheLimit_Is429WithRetryAfterAndCounted()
    {
        await using var simulator = await RunningSimulator.StartAsync(
            RunningSimulator.Options with { Limit = new RateLimit(1), RetryAfter = TimeSpan.FromSeconds(3) }, new FakeTimeProvider(DateTimeOffset.UnixEpoch));
        using var first = await simulator.GetAsync(RunningSimulator.FirstId);
        using var second = await simulator.GetAsync(RunningSimulator.FirstId);
        (first.StatusCode, second.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.TooManyRequests));
        second.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        var stats = simulator.Server.Stats;
        (stats.Requests, stats.Readings, stats.Refused).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task PutPace_LimitChanged_HoldsFromTheNextRequest()
    {
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options, new FakeTimeProvider(DateTimeOffset.UnixEpoch));
        (await PutAsync(simulator, "pace", """{"limit":"1/s"}""")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(simulator)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(simulator)).ShouldBe(HttpStatusCode.TooManyRequests);
        var shown = await simulator.Client.GetFromJsonAsync<Dictionary<string, string>>("/simulator/pace", Cancel);
        shown.ShouldBe(new Dictionary<string, string> { ["limit"] = "1/s", ["capacity"] = "none", ["latency"] = "0ms" }, ignoreOrder: true);
        (await PutAsync(simulator, "pace", "{}")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(simulator)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"limit":"fast"}""")]
    [InlineData("""{"limit":"0/s"}""")]
    [InlineData("""{"capacity":"64"}""")]
    [InlineData("""{"latency":"2h"}""")]
    [InlineData("""{"weather":"fine"}""")]
    [InlineData("""{"limit":3}""")]
    [InlineData("""{"limit":null}""")]
    [InlineData("")]
    public async Task PutPace_BadPace_IsRefusedAndChangesNothing(string body)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        (await PutAsync(simulator, "pace", body)).ShouldBe(HttpStatusCode.BadRequest);
        simulator.Server.Pace.ShouldBe(Pace.Unlimited);
    }

    [Fact]
    public async Task Get_ClientGoesAwayWhileItWaits_IsNoReading()
    {
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { Latency = Latency.Fixed(TimeSpan.FromSeconds(1)) });
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var request = simulator.Client.GetAsync(RunningSimulator.PathOf(RunningSimulator.FirstId), impatient.Token);
        impatient.CancelAfter(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => request);
        await Running.Until.TrueAsync(() => Task.FromResult(simulator.Server.Stats.Abandoned == 1), TimeSpan.FromSeconds(20), () => "It was not counted.", Cancel);
        simulator.Server.Stats.Readings.ShouldBe(0);
    }

    [Fact]
    public async Task PutSticky_AShareOfTheIds_AlwaysTheSameOnes()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        (await PutAsync(simulator, "sticky", """{"503":0.1,"not_found":0.2}""")).ShouldBe(HttpStatusCode.OK);
        var first = await AllAsync(simulator);
        first.ShouldBe(await AllAsync(simulator));
        first.Count(status => status == HttpStatusCode.ServiceUnavailable).ShouldBeInRange(60, 140);
        first.Count(status => status == HttpStatusCode.InternalServerError).ShouldBeInRange(140, 260);
        simulator.Server.Sticky = FaultRates.None;
        (await AllAsync(simulator)).ShouldAllBe(status => status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_NotFoundFault_IsTheAnswerForAnUnknownAccount()
    {
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { Faults = FaultRates.Only(FaultKind.NotFound, 1) });
        using var known = await simulator.GetAsync(RunningSimulator.FirstId);
        simulator.Server.Faults = FaultRates.None;
        using var unknown = await simulator.GetAsync(1);
        known.StatusCode.ShouldBe(unknown.StatusCode);
        (await known.Content.ReadAsStringAsync(Cancel)).ShouldBe(await unknown.Content.ReadAsStringAsync(Cancel));
        simulator.Server.Stats.Faults["not_found"].ShouldBe(1);
    }

    private static async Task<List<HttpStatusCode>> AllAsync(RunningSimulator simulator)
    {
        var statuses = new List<HttpStatusCode>();
        for (var pk = RunningSimulator.FirstId; pk < RunningSimulator.FirstId + RunningSimulator.Count; pk++)
        {
            using var response = await simulator.GetAsync(pk);
            statuses.Add(response.StatusCode);
        }
        return statuses;
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningSimulator simulator)
    {
        using var response = await simulator.GetAsync(RunningSimulator.FirstId);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> PutAsync(RunningSimulator simulator, string what, string json)
    {
        using var response = await simulator.Client.PutAsync($"/simulator/{what}", new StringContent(json), Cancel);
        return response.StatusCode;
    }
}
