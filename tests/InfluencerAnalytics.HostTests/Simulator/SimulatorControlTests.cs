using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class SimulatorControlTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PutFaults_ProviderAway_AndBackAgain()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        (await PutAsync(simulator, """{"503":1}""")).ShouldBe(HttpStatusCode.OK);
        using var away = await simulator.GetAsync(RunningSimulator.FirstId);
        away.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await PutAsync(simulator, "{}")).ShouldBe(HttpStatusCode.OK);
        using var back = await simulator.GetAsync(RunningSimulator.FirstId);
        back.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task PutFaults_SomeRates_ReplacesAll()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        simulator.Server.Faults = FaultRates.Only(FaultKind.Reset, 0.5);
        await PutAsync(simulator, """{"drip":0.25,"wrong-pk":0.125}""");
        simulator.Server.Faults.ToString().ShouldBe("drip=0.25 wrong-pk=0.125");
        var shown = await simulator.Client.GetFromJsonAsync<Dictionary<string, double>>("/simulator/faults", Cancel);
        shown!["drip"].ShouldBe(0.25);
        shown["reset"].ShouldBe(0);
        shown.Count.ShouldBe(FaultNames.Kinds.Count);
    }

    [Theory]
    [InlineData("""{"503":2}""")]
    [InlineData("""{"503":-0.1}""")]
    [InlineData("""{"503":0.6,"reset":0.6}""")]
    [InlineData("""{"earthquake":0.1}""")]
    [InlineData("""{"503":"often"}""")]
    [InlineData("503")]
    [InlineData("")]
    public async Task PutFaults_BadRates_AreRefusedAndChangeNothing(string body)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        (await PutAsync(simulator, body)).ShouldBe(HttpStatusCode.BadRequest);
        simulator.Server.Faults.Total.ShouldBe(0);
    }

    [Fact]
    public void Faults_BadRates_Throw()
    {
        FaultRates.Each(0.5).Validate().ShouldHaveSingleItem().ShouldContain("together");
        FaultRates.Only(FaultKind.Reset, double.NaN).Validate().ShouldHaveSingleItem().ShouldContain("reset");
        FaultRates.Each(1.0 / 12).Validate().ShouldBeEmpty();
    }

    [Fact]
    public async Task GetStats_AfterRequests_CountsThem()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        await simulator.ReadAsync(RunningSimulator.FirstId);
        (await simulator.GetAsync(1)).Dispose();
        simulator.Server.Faults = FaultRates.Only(FaultKind.ServerError, 1);
        (await simulator.GetAsync(RunningSimulator.FirstId)).Dispose();
        using var stats = JsonDocument.Parse(await simulator.GetTextAsync("/simulator/stats"));
        long Number(string name) => stats.RootElement.GetProperty(name).GetInt64();
        (Number("requests"), Number("readings"), Number("unknown"), Number("ledgerEntries")).ShouldBe((3, 1, 1, 1));
        stats.RootElement.GetProperty("faults").GetProperty("500").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task PostOutage_RefusesConnectionsForThatLong_AndKeepsWhatItKnows()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var address = simulator.Server.Address;
        await simulator.ReadAsync(RunningSimulator.FirstId);
        using var response = await simulator.Client.PostAsync("/simulator/outage?seconds=1", null, Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        var refused = await WaitForAsync(async () => await StatusAsync(simulator) is null);
        refused.ShouldBeTrue();
        (await WaitForAsync(async () => await StatusAsync(simulator) == HttpStatusCode.OK)).ShouldBeTrue();
        simulator.Server.Address.ShouldBe(address);
        simulator.Server.Stats.Readings.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?seconds=0")]
    [InlineData("?seconds=soon")]
    public async Task PostOutage_BadTime_IsRefused(string query)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var response = await simulator.Client.PostAsync($"/simulator/outage{query}", null, Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task GetEvents_LifelikeWalk_TellsWhatItDid()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_795_478_400_000));
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { Walk = WalkKind.Lifelike, Seed = 1 }, time);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var pk = Enumerable.Range(0, RunningSimulator.Count).Select(static i => RunningSimulator.FirstId + i)
            .First(pk => new LifelikeWalk(1, pk).EventsBetween(now - 45 * 86_400_000L, now).Any(static walked => walked.Kind == WalkEventKind.Bought));
        using var shown = JsonDocument.Parse(await simulator.GetTextAsync($"/simulator/events?pk={pk}"));
        var events = shown.RootElement.GetProperty("events").EnumerateArray().ToList();
        var expected = new LifelikeWalk(1, pk).EventsBetween(now - 45 * 86_400_000L, now);
        events.Select(static one => (one.GetProperty("kind").GetString(), one.GetProperty("start").GetInt64(), one.GetProperty("share").GetDouble()))
            .ShouldBe(expected.Select(static one => ((string?)(one.Kind == WalkEventKind.Bought ? "bought" : "spike"), one.Start, one.Share)));
        events.First(static one => one.GetProperty("kind").GetString() == "bought").GetProperty("riseMinutes").GetDouble().ShouldBe(15);
    }

    [Theory]
    [InlineData(WalkKind.Lifelike, "", HttpStatusCode.BadRequest)]
    [InlineData(WalkKind.Lifelike, "?pk=one", HttpStatusCode.BadRequest)]
    [InlineData(WalkKind.Lifelike, "?pk=5000000&days=0", HttpStatusCode.BadRequest)]
    [InlineData(WalkKind.Lifelike, "?pk=5000000&hours=3", HttpStatusCode.BadRequest)]
    [InlineData(WalkKind.Lifelike, "?pk=1", HttpStatusCode.NotFound)]
    [InlineData(WalkKind.Mockstagram, "?pk=5000000", HttpStatusCode.NotFound)]
    public async Task GetEvents_OfNobodyOrNothingPlanned_IsRefused(WalkKind walk, string query, HttpStatusCode expected)
    {
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { Walk = walk });
        using var response = await simulator.Client.GetAsync($"/simulator/events{query}", Cancel);
        response.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task RefuseConnectionsAsync_DisposedMeanwhile_Ends()
    {
        var simulator = await RunningSimulator.StartAsync();
        var outage = simulator.Server.RefuseConnectionsAsync(TimeSpan.FromHours(1));
        await WaitForAsync(async () => await StatusAsync(simulator) is null);
        await simulator.DisposeAsync();
        await outage;
        outage.IsCompletedSuccessfully.ShouldBeTrue();
    }

    /// <summary>Null when no connection could be made or kept.</summary>
    private static async Task<HttpStatusCode?> StatusAsync(RunningSimulator simulator)
    {
        try
        {
            using var response = await simulator.GetAsync(RunningSimulator.FirstId);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<bool> WaitForAsync(Func<Task<bool>> holds)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20))
        {
            if (await holds())
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
        return false;
    }

    private static async Task<HttpStatusCode> PutAsync(RunningSimulator simulator, string json)
    {
        using var response = await simulator.Client.PutAsync("/simulator/faults", new StringContent(json), Cancel);
        return response.StatusCode;
    }
}
