using System.Globalization;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Ledger;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>
/// <c>kill -9</c> at random moments. The full run, 20 kills at 10 s resolution, takes 10 minutes: <c>KILLS=20 KILL_INTERVAL=10</c>; <c>KILL_SEED</c> repeats one.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class KillTests
{
    private const int Influencers = 2000;
    private const int ShardSize = 50;

    private static readonly int Kills = FromEnvironment("KILLS", 6);
    private static readonly int IntervalSeconds = FromEnvironment("KILL_INTERVAL", 2);

    // A visit of 500 ids takes a fraction of this against a provider on the same machine; then it is in the durable queue.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1.5);

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_KilledAtRandomMoments_LosesNothingStoresNothingTwiceAndIsWholeInTheFirstFullSlot()
    {
        await using var provider = await SimulatorServer.StartAsync(
            new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 10_000_000 }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds, "--set", $"Seeding:ShardSize={ShardSize}");
        var seed = FromEnvironment("KILL_SEED", Random.Shared.Next());
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var kills = new List<DateTimeOffset>();
        var seen = new Dictionary<long, long>();

        await up.StartAsync(_cancellationToken);
        await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);
        for (var i = 0; i < Kills; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(IntervalSeconds * random.NextDouble()), TimeProvider.System, _cancellationToken);
            foreach (var slot in await up.SlotsAsync(_cancellationToken))
                seen[slot.Slot] = slot.Stored;
            kills.Add(TimeProvider.System.GetUtcNow());
            await up.KillAsync(_cancellationToken);
            await up.StartAsync(_cancellationToken);
            await ShouldBeWholeAsync(up, i + 1);
        }

        var end = up.NextSlot() - IntervalSeconds * 1000L;
        var last = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);
        var stored = await up.ExportAsync(_cancellationToken);
        var ledger = provider.Ledger!.ReadAll();
        provider.Ledger.Dropped.ShouldBe(0);
        LedgerCheck.EveryStoredPointWasServed(stored, ledger);
        LedgerCheck.EveryQueuedReadingIsStored(stored, ledger, kills, Margin, end);
        foreach (var (slot, count) in seen)
            stored.Count(point => point.Slot == slot).ShouldBeGreaterThanOrEqualTo((int)count, "what was stored before a kill is gone after it");
        foreach (var slot in (await up.SlotsAsync(_cancellationToken)).Where(slot => slot.IsFinal))
            stored.Count(point => point.Slot == slot.Slot).ShouldBe((int)slot.Stored, "a slot counts other than the rows that are there");
        ShouldFetchEachOnce(stored, ledger, last.Slot);
    }

    private async Task ShouldBeWholeAsync(UpProcess up, int kill)
    {
        var slot = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);
        slot.Stored.ShouldBe(Influencers, $"the first full slot after kill {kill}; missed: {string.Join(", ", slot.Missed)}\n{up.Output}");
        slot.Tracked.ShouldBe(Influencers, $"the roster after kill {kill}");
    }

    // A shard that lives twice would be fetched twice for ever. The last whole slot shows it: each influencer was read once in it.
    private static void ShouldFetchEachOnce(IReadOnlyList<StoredPoint> stored, IReadOnlyList<LedgerEntry> ledger, long slot)
    {
        var retrieved = stored.Where(point => point.Slot == slot).ToDictionary(point => point.Id, point => point.RetrievedAt);
        var halfInterval = IntervalSeconds * 500L;
        var twice = ledger.Where(entry => Math.Abs(entry.ServedAt - retrieved[entry.Pk]) < halfInterval).GroupBy(entry => entry.Pk).Where(group => group.Count() > 1);
        twice.Select(group => group.Key).ShouldBeEmpty("influencers that are fetched twice a slot");
    }

    private static int FromEnvironment(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
