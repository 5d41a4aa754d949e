using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.HostTests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>A backup of a running program, opened as a data directory.</summary>
[Collection(AloneCollection.Name)]
public sealed class BackupTests
{
    private const int Influencers = 500;
    private const int IntervalSeconds = 2;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backup_OfARunningUp_OpensWithWhatWasStoredBefore()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds);
        await up.StartAsync(_cancellationToken);
        var slot = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);

        var path = await up.BackUpAsync(_cancellationToken);

        path.ShouldStartWith(up.DataDirectory);
        using var copy = EmbeddedDatabase.Open(new EmbeddedOptions { DataDirectory = path }, TimeProvider.System, NullLoggerFactory.Instance);
        (await copy.Store.CountRosterAsync(_cancellationToken)).Tracked.ShouldBe(Influencers);
        (await copy.Store.ReadSlotsAsync(slot.Slot, slot.Slot, _cancellationToken)).ShouldHaveSingleItem().Stored.ShouldBe(slot.Stored);
        (await copy.Store.ReadPointsAsync(1_000_000, slot.Slot, slot.Slot, 10, _cancellationToken)).ShouldHaveSingleItem();
    }
}
