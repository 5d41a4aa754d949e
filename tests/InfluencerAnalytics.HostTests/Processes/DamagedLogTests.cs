using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>A log that was damaged while the program was down: refused with the way out, and opened without what is lost only when that is accepted.</summary>
[Collection(AloneCollection.Name)]
public sealed class DamagedLogTests
{
    private const int Influencers = 300;
    private const int IntervalSeconds = 2;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_LogDamagedInTheMiddle_IsRefusedUntilTheLossIsAcceptedAndReadsOnThen()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds);
        await up.StartAsync(_cancellationToken);
        await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);
        await up.KillAsync(_cancellationToken);
        var log = Directory.GetFiles(Path.Combine(up.DataDirectory, "db"), "*.log").MaxBy(file => new FileInfo(file).Length)!;
        await DamageAsync(log);

        var (code, output) = await ProgramProcess.RunAsync(
            ["up", "--data", up.DataDirectory, "--listen", "http://127.0.0.1:0", "--provider", provider.Address.AbsoluteUri], _cancellationToken);
        code.ShouldBe(5, output);
        output.ShouldContain(log);
        output.ShouldContain("--accept-loss");
        output.ShouldContain("would be lost");
        output.ShouldNotContain("   at ");

        up.More = ["--accept-loss"];
        await up.StartAsync(_cancellationToken);
        var slot = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);
        slot.Stored.ShouldBe(slot.Tracked);
        slot.Stored.ShouldBe(Influencers);
        var aside = Directory.GetDirectories(up.DataDirectory, "damaged-*").ShouldHaveSingleItem();
        up.Output.ShouldContain(aside);
        up.Output.ShouldContain("as asked");
    }

    [Fact]
    public async Task Up_ShardsWereInWhatIsLost_TheRosterIsSeededAgainByItself()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, IntervalSeconds, "--set", "Seeding:ShardSize=10");
        await up.StartAsync(_cancellationToken);
        (await up.FinalSlotAsync(up.NextSlot(), _cancellationToken)).Stored.ShouldBe(Influencers);
        await up.KillAsync(_cancellationToken);
        await DamageShardAsync(Path.Combine(up.DataDirectory, "db"));

        up.More = ["--accept-loss", .. up.More];
        await up.StartAsync(_cancellationToken);
        // Those of the new generation begin in the first slot after its sealing.
        await Until.TrueAsync(
            async () => (await up.SlotsAsync(_cancellationToken)).Any(slot => slot.IsFinal && slot.Stored == Influencers && slot.Slot > up.NextSlot() - 10 * IntervalSeconds * 1000),
            TimeSpan.FromSeconds(30), () => $"Coverage did not become whole again. The program said:\n{up.Output}", _cancellationToken);
        var slot = await up.FinalSlotAsync(up.NextSlot(), _cancellationToken);
        (slot.Stored, slot.Tracked).ShouldBe((Influencers, Influencers));
        up.Output.ShouldContain("it was asked for");
    }

    // Within the body of one: the block of the log that it lies in, some sends of twenty shards, is lost.
    private static async Task DamageShardAsync(string database)
    {
        foreach (var log in Directory.GetFiles(database, "*.log"))
        {
            var bytes = await File.ReadAllBytesAsync(log);
            var at = bytes.AsSpan().IndexOf("\"shard\":7,"u8);
            if (at < 0)
                continue;
            bytes[at] ^= 1;
            await File.WriteAllBytesAsync(log, bytes);
            return;
        }
        throw new InvalidOperationException("No log holds a shard.");
    }

    // A bit in every kilobyte of the middle third: whatever lies there, a checksum notices.
    private static async Task DamageAsync(string log)
    {
        var bytes = await File.ReadAllBytesAsync(log);
        for (var i = bytes.Length / 3; i < bytes.Length * 2 / 3; i += 1024)
            bytes[i] ^= 1;
        await File.WriteAllBytesAsync(log, bytes);
    }
}
