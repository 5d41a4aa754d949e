using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Seal_Moment_IsOfTheStoresClock()
    {
        var before = Now.ToUnixTimeMilliseconds();
        var generation = await Store.AllocateGenerationAsync(Cancel);
        (await Store.TrySealGenerationAsync(new SealedGeneration(generation, Interval, 500, SealedAt: before + Day), 0, Cancel)).ShouldBeTrue();
        await PassAsync(3 * Second);
        var state = await Store.ReadGenerationsAsync(Cancel);
        state.Sealed!.SealedAt.ShouldBeInRange(before, Now.ToUnixTimeMilliseconds() - 3000);
        state.SinceSealed.ShouldBeInRange(3 * Second, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Snapshot_Sealings_AreKeptWithTheirMoments()
    {
        (await Store.ReadRosterSnapshotAsync(-1, Cancel))!.Sealings.ShouldBeEmpty();
        await SealNextAsync();
        await PassAsync(2 * Second);
        // One that was never sealed is no sealing.
        await Store.AllocateGenerationAsync(Cancel);
        await SealNextAsync();
        var sealings = (await Store.ReadRosterSnapshotAsync(-1, Cancel))!.Sealings;
        sealings.Select(sealing => sealing.Generation).ShouldBe([1L, 3L]);
        (sealings[1].SealedAt - sealings[0].SealedAt).ShouldBeInRange(2000, Minute);
        sealings[1].SealedAt.ShouldBe((await Store.ReadGenerationsAsync(Cancel)).Sealed!.SealedAt);

        await RestartAsync();
        (await Store.ReadRosterSnapshotAsync(-1, Cancel))!.Sealings.ShouldBe(sealings);
    }

    [Fact]
    public async Task Snapshot_SealedManyTimes_KeepsTheRecentSealings()
    {
        for (var i = 0; i < 40; i++)
            await SealNextAsync();
        var sealings = (await Store.ReadRosterSnapshotAsync(-1, Cancel))!.Sealings;
        sealings.Select(sealing => sealing.Generation).ShouldBe(Enumerable.Range(1, 40).Select(number => (long)number));
    }

    [Fact]
    public async Task Snapshot_RemovedBeforeAGenerationSealedJustNow_IsInItWhileOlderShardsAreFetched()
    {
        await TrackAsync(1, 2);
        await SealNextAsync(Second);
        await PassAsync(3 * Second);
        await Store.RemoveInfluencersAsync([1], Cancel);
        await SealNextAsync(Second);
        // Shards of the first generation are fetched until the slot ends, and they have it.
        (await Store.ReadRosterSnapshotAsync(-1, Cancel))!.Removed.ShouldBe([1L]);
        await PassAsync(2 * Second);
        await Store.RemoveInfluencersAsync([2], Cancel);
        (await Store.ReadRosterSnapshotAsync(-1, Cancel))!.Removed.ShouldBe([2L]);
    }

    [Fact]
    public async Task Request_NeverMade_IsNone() => (await Store.ReadGenerationsAsync(Cancel)).ShouldSatisfyAllConditions(
        state => state.RequestedAfter.ShouldBeNull(),
        state => state.IsRequested.ShouldBeFalse());

    [Fact]
    public async Task Request_NothingAllocated_IsAnsweredByTheFirstGeneration()
    {
        (await Store.RequestGenerationAsync(Cancel)).ShouldBe(0);
        (await Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeTrue();
        await SealNextAsync();
        (await Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Request_WhileASeedingRuns_IsNotAnsweredByThat()
    {
        await SealNextAsync();
        var running = await Store.AllocateGenerationAsync(Cancel);
        (await Store.RequestGenerationAsync(Cancel)).ShouldBe(running);
        (await Store.TrySealGenerationAsync(new SealedGeneration(running, Interval, 500), long.MaxValue, Cancel)).ShouldBeTrue();
        (await Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeTrue();

        await RestartAsync();
        (await Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeTrue();
        await SealNextAsync();
        (await Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task AddedShards_Additions_AreCountedUntilTheNextSealing()
    {
        await TrackAsync(1, 2, 3);
        (await Store.ReadGenerationsAsync(Cancel)).AddedShards.ShouldBe(0, "nothing is sealed, and the first seeding finds them");
        await SealNextAsync();
        await TrackAsync(1, 2, 3);
        await TrackAsync(4);
        await TrackAsync([.. Enumerable.Range(1000, 501).Select(id => (long)id)]);
        (await Store.ReadGenerationsAsync(Cancel)).AddedShards.ShouldBe(1 + 2);
        await RestartAsync();
        (await Store.ReadGenerationsAsync(Cancel)).AddedShards.ShouldBe(3);
        await SealNextAsync();
        (await Store.ReadGenerationsAsync(Cancel)).AddedShards.ShouldBe(0);
    }

    [Fact]
    public async Task ReadOrWriteSetting_ManyAtOnce_AllGetTheSame()
    {
        var read = await Task.WhenAll(Enumerable.Range(1, 16).Select(number =>
            Task.Run(async () => await Store.ReadOrWriteSettingAsync("agreed", $"value {number}", Cancel))));
        read.Distinct().Count().ShouldBe(1);
        (await Store.ReadSettingAsync("agreed", Cancel)).ShouldBe(read[0]);
        await Store.WriteSettingAsync("agreed", "another", Cancel);
        (await Store.ReadOrWriteSettingAsync("agreed", "one more", Cancel)).ShouldBe("another");
    }
}
