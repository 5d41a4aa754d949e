using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary><c>up</c> with its queues on a server that speaks SQS: the server hangs, and the program is killed.</summary>
public sealed class SqsAwayTests(SqsServer server) : IClassFixture<SqsServer>
{
    private const int Influencers = 1000;
    private const int IntervalSeconds = 10;
    private const long IntervalMs = IntervalSeconds * 1000;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_ServerHangsAndTheProgramIsKilled_MissesNoSlotButThatOfTheKill()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 1_000_000 }, _cancellationToken);
        var settings = SqsSettings.Of(server.Url);
        await ProgramProcess.CreateQueuesAsync(settings, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds, [.. settings, "--set", "Seeding:ShardSize=50", "--set", "Sqs:CallTimeout=1s", "--set", "Ingestion:Lease=10s"]);
        await up.StartAsync(_cancellationToken);
        var first = up.NextSlot();
        ShouldBeWhole(await up.FinalSlotAsync(first, _cancellationToken), up);

        // Three slots and a half without it.
        server.Freeze();
        await UntilAsync(up.NextSlot() + 2 * IntervalMs + IntervalMs / 2);
        server.Thaw();
        var thawed = up.NextSlot();
        ShouldBeWhole(await up.FinalSlotAsync(thawed, _cancellationToken), up);
        await BecomeWholeAsync(up, first, thawed);

        // It dies while the server hangs, and so does its next life begin.
        server.Freeze();
        await UntilAsync(up.NextSlot() + IntervalMs);
        await up.KillAsync(_cancellationToken);
        var killed = up.NextSlot() - IntervalMs;
        await up.StartAsync(_cancellationToken);
        await UntilAsync(up.NextSlot() + 2 * IntervalMs + IntervalMs / 2);
        server.Thaw();
        thawed = up.NextSlot();
        ShouldBeWhole(await up.FinalSlotAsync(thawed, _cancellationToken), up);
        await BecomeWholeAsync(up, killed + 2 * IntervalMs, thawed);

        provider.Ledger!.Dropped.ShouldBe(0);
        var stored = await up.ExportAsync(_cancellationToken);
        LedgerCheck.EveryStoredPointWasServed(stored, provider.Ledger.ReadAll());
        stored.Select(point => point.Id).Distinct().Count().ShouldBe(Influencers);
    }

    // What the server gave to a call whose caller had given up is hidden until the ingester's hold ends, 10 s: it may be later than its slot is final, and is not lost.
    private async Task BecomeWholeAsync(UpProcess up, long first, long last)
    {
        ILookup<long, StoredPoint>? stored = null;
        await Until.TrueAsync(
            async () =>
            {
                stored = (await up.ExportAsync(_cancellationToken)).ToLookup(point => point.Slot);
                return Slots(first, last).All(slot => stored[slot].Count() == Influencers);
            },
            TimeSpan.FromSeconds(90),
            () => $"Not every slot is whole: {string.Join(", ", Slots(first, last).Select(slot => $"{DateTimeOffset.FromUnixTimeMilliseconds(slot):T} {stored![slot].Count()}"))}\n{up.Output}",
            _cancellationToken);
    }

    private static IEnumerable<long> Slots(long first, long last)
    {
        for (var slot = first; slot <= last; slot += IntervalMs)
            yield return slot;
    }

    private static void ShouldBeWhole(ShownSlot slot, UpProcess up) =>
        slot.Stored.ShouldBe(slot.Tracked, $"slot {DateTimeOffset.FromUnixTimeMilliseconds(slot.Slot):T}; missed: {string.Join(", ", slot.Missed)}\n{up.Output}");

    private async Task UntilAsync(long time) => await Until.TrueAsync(
        () => Task.FromResult(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() >= time), TimeSpan.FromMinutes(2), () => "The time does not come.", _cancellationToken);
}
