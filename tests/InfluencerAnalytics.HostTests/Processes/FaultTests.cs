using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>Faults of the provider, one by one and together.</summary>
public sealed class FaultTests
{
    private const int Influencers = 1000;
    private const int IntervalSeconds = 10;
    private const int FullSlots = 3;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_EachFaultAloneAtFivePercent_CoversAtLeast999InAThousandAndStoresOnlyWhatWasServed()
    {
        var kinds = Enum.GetValues<FaultKind>().Where(kind => kind is not (FaultKind.None or FaultKind.NotFound)).ToArray();
        // Side by side: each is a process of its own with 100 readings a second.
        await Parallel.ForEachAsync(
            kinds, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = _cancellationToken },
            async (kind, cancellationToken) => await ShouldCoverAsync(FaultRates.Only(kind, 0.05), kind.ToString(), cancellationToken));
    }

    [Fact]
    public Task Up_AllFaultsTogetherAtHalfAPercent_CoversAtLeast999InAThousandAndStoresOnlyWhatWasServed() =>
        ShouldCoverAsync(FaultRates.Each(0.005), "all", _cancellationToken);

    private static Task<SimulatorServer> StartProviderAsync(FaultRates faults) =>
        SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 1_000_000, Faults = faults }, TestContext.Current.CancellationToken);

    private static async Task ShouldCoverAsync(FaultRates faults, string name, CancellationToken cancellationToken)
    {
        await using var provider = await StartProviderAsync(faults);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds, "--set", "Provider:RequestTimeout=2s");
        await up.StartAsync(cancellationToken);
        var first = up.NextSlot();
        await up.FinalSlotAsync(first + (FullSlots - 1) * IntervalSeconds * 1000, cancellationToken);

        var slots = (await up.SlotsAsync(cancellationToken)).Where(slot => slot.Slot >= first && slot.IsFinal).Take(FullSlots).ToList();
        slots.Count.ShouldBe(FullSlots);
        var coverage = slots.Sum(slot => slot.Stored) / (double)(FullSlots * Influencers);
        coverage.ShouldBeGreaterThanOrEqualTo(0.999, $"{name}: {string.Join("; ", slots.Select(slot => $"{slot.Stored} ({string.Join(", ", slot.Missed)})"))}");
        LedgerCheck.EveryStoredPointWasServed(await up.ExportAsync(cancellationToken), provider.Ledger!.ReadAll());
    }
}
