using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>A provider that is away, and comes back.</summary>
public sealed class ProviderAwayTests
{
    private const int Influencers = 1000;
    private const int IntervalSeconds = 10;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_ProviderAwayForThreeIntervals_RecordsTheGapWithItsReasonAndIsWholeInTheFirstFullSlotAfter()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 0 }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds);
        await up.StartAsync(_cancellationToken);
        (await up.FinalSlotAsync(up.NextSlot(), _cancellationToken)).Stored.ShouldBe(Influencers);

        var firstAway = up.NextSlot();
        provider.Faults = FaultRates.Only(FaultKind.Unavailable, 1);
        await up.FinalSlotAsync(firstAway + 2 * IntervalSeconds * 1000, _cancellationToken);
        var gap = (await up.SlotsAsync(_cancellationToken)).Single(slot => slot.Slot == firstAway + IntervalSeconds * 1000);
        provider.Faults = FaultRates.None;
        var firstBack = up.NextSlot();

        gap.Stored.ShouldBe(0);
        gap.Tracked.ShouldBe(Influencers);
        gap.Missed.ShouldContainKey("server_error");
        gap.Missed.Values.Sum().ShouldBe(Influencers);
        var whole = await up.FinalSlotAsync(firstBack, _cancellationToken);
        whole.Stored.ShouldBe(Influencers, $"missed: {string.Join(", ", whole.Missed)}");
    }
}
