using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>A provider that suddenly does not know half of the roster.</summary>
public sealed class NotFoundTests
{
    private const int Influencers = 200;
    private const int IntervalSeconds = 5;
    private const int FaultySlots = 5;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_ProviderForgetsHalfForAWhile_CoverageFallsAndTheFirstFullSlotAfterIsWhole()
    {
        await using var provider = await SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 100_000 }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds);
        await up.StartAsync(_cancellationToken);
        var whole = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);
        (whole.Stored, whole.Tracked).ShouldBe((Influencers, Influencers), $"missed: {string.Join(", ", whole.Missed)}");

        provider.Sticky = FaultRates.Only(FaultKind.NotFound, 0.5);
        var first = up.NextSlot();
        await up.FinalSlotAsync(first + (FaultySlots - 1) * IntervalSeconds * 1000, _cancellationToken);
        var faulty = (await up.SlotsAsync(_cancellationToken)).Where(slot => slot.Slot >= first && slot.IsFinal).ToList();
        // It is not forgotten over a crash: the outage is still one, and nobody is given up.
        await up.KillAsync(_cancellationToken);
        await up.StartAsync(_cancellationToken);
        (await up.ReadinessAsync(_cancellationToken)).Notes.ShouldContain(note => note.Contains("does not know", StringComparison.Ordinal));
        var crashed = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);

        provider.Sticky = FaultRates.None;
        var back = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);

        faulty.Count.ShouldBeGreaterThanOrEqualTo(FaultySlots);
        foreach (var slot in faulty.Append(crashed))
        {
            (slot.Tracked, slot.Gone).ShouldBe((Influencers, 0));
            slot.Stored.ShouldBeInRange(70, 130);
            slot.Missed.ShouldBe(new Dictionary<string, long> { ["not_found"] = Influencers - slot.Stored });
        }
        (back.Stored, back.Tracked, back.Gone).ShouldBe((Influencers, Influencers, 0), $"missed: {string.Join(", ", back.Missed)}");
        back.Missed.ShouldBeEmpty();
        (await up.ReadinessAsync(_cancellationToken)).Notes.ShouldNotContain(note => note.Contains("does not know", StringComparison.Ordinal));
        LedgerCheck.EveryStoredPointWasServed(await up.ExportAsync(_cancellationToken), provider.Ledger!.ReadAll());
    }
}
