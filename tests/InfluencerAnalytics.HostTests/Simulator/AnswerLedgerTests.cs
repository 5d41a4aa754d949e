using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using CsCheck;
using Mockstagram.Simulator.Ledger;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class AnswerLedgerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void ReadAll_MoreThanItsCapacity_KeepsTheNewestAndCountsTheRest() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 400]).Sample((capacity, count) =>
        {
            var ledger = new AnswerLedger(capacity);
            var all = Enumerable.Range(0, count).Select(i => new LedgerEntry(i, i + 1, i + 2, i + 3)).ToArray();
            foreach (var entry in all)
                ledger.Add(entry);
            ledger.ReadAll().ShouldBe(all.TakeLast(capacity));
            ledger.Dropped.ShouldBe(Math.Max(0, count - capacity));
            ledger.Written.ShouldBe(count);
        });

    [Fact]
    public void ReadAll_OverSeveralChunks_KeepsOrder()
    {
        const int Capacity = 150_000;
        const int Count = 400_000;
        var ledger = new AnswerLedger(Capacity);
        for (var i = 0; i < Count; i++)
            ledger.Add(new LedgerEntry(i, 0, 0, 0));
        ledger.ReadAll().Select(entry => entry.Pk).ShouldBe(Enumerable.Range(Count - Capacity, Capacity).Select(i => (long)i));
    }

    [Fact]
    public async Task Ledger_ConcurrentReaders_ShowsExactlyWhatTheyGot()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var got = new ConcurrentBag<(long, int, int)>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 5_000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (i, _) =>
        {
            var reading = await simulator.ReadAsync(RunningSimulator.FirstId + i % 7);
            got.Add((reading.Pk, reading.FollowerCount, reading.FollowingCount));
        });
        simulator.Server.Ledger!.ReadAll().Select(entry => (entry.Pk, entry.FollowerCount, entry.FollowingCount)).Order().ShouldBe(got.Order());
    }

    [Fact]
    public async Task GetLedger_OverHttp_ListsEntriesAndHowManyWereDropped()
    {
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { LedgerCapacity = 2_000 });
        for (var i = 0; i < 2_500; i++)
            await simulator.ReadAsync(RunningSimulator.FirstId + i % 3);
        using var response = await simulator.Client.GetAsync("/simulator/ledger", Cancel);
        response.Headers.GetValues("X-Ledger-Dropped").ShouldBe(["500"]);
        var lines = (await response.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[^1].ShouldBe("""{"entries":2000,"dropped":500}""");
        lines.SkipLast(1).ShouldBe(simulator.Server.Ledger!.ReadAll().Select(entry =>
            string.Create(CultureInfo.InvariantCulture, $"[{entry.Pk},{entry.FollowerCount},{entry.FollowingCount},{entry.ServedAt}]")));
    }

    [Fact]
    public async Task GetLedger_NoneKept_Answers404()
    {
        await using var simulator = await RunningSimulator.StartAsync(RunningSimulator.Options with { LedgerCapacity = 0 });
        using var response = await simulator.Client.GetAsync("/simulator/ledger", Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        simulator.Server.Ledger.ShouldBeNull();
    }
}
