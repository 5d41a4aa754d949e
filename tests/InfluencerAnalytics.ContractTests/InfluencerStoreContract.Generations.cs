using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Allocate_Numbers_Rise()
    {
        var first = await Store.AllocateGenerationAsync(Cancel);
        var second = await Store.AllocateGenerationAsync(Cancel);
        first.ShouldBe(1);
        second.ShouldBe(2);
        (await Store.ReadGenerationsAsync(Cancel)).ShouldBe(new GenerationState(2, null));
    }

    [Fact]
    public async Task Seal_UnchangedRoster_Supersedes()
    {
        await TrackAsync(1);
        var generation = await Store.AllocateGenerationAsync(Cancel);
        var version = (await Store.CountRosterAsync(Cancel)).Version;
        var seal = new SealedGeneration(generation, Interval, 500, Shards: 1);
        (await Store.TrySealGenerationAsync(seal, version, Cancel)).ShouldBeTrue();
        (await Store.ReadGenerationsAsync(Cancel)).Sealed.ShouldNotBeNull().ShouldSatisfyAllConditions(
            kept => (kept with { SealedAt = 0 }).ShouldBe(seal),
            kept => kept.SealedAt.ShouldBeInRange(Now.ToUnixTimeMilliseconds() - Minute, Now.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public async Task Seal_RosterHasGrown_IsRefused()
    {
        await TrackAsync(1);
        var generation = await Store.AllocateGenerationAsync(Cancel);
        var version = (await Store.CountRosterAsync(Cancel)).Version;
        await TrackAsync(2);
        var seal = new SealedGeneration(generation, Interval, 500);
        (await Store.TrySealGenerationAsync(seal, version, Cancel)).ShouldBeFalse();
        (await Store.ReadGenerationsAsync(Cancel)).Sealed.ShouldBeNull();
        (await Store.TrySealGenerationAsync(seal, (await Store.CountRosterAsync(Cancel)).Version, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Seal_BelowASealedOne_IsRefused()
    {
        await Store.AllocateGenerationAsync(Cancel);
        await SealNextAsync();
        (await Store.TrySealGenerationAsync(new SealedGeneration(1, Interval, 500), long.MaxValue, Cancel)).ShouldBeFalse();
        (await Store.ReadGenerationsAsync(Cancel)).Sealed!.Generation.ShouldBe(2);
    }

    [Fact]
    public async Task Interval_InForce_IsAMinuteUntilAGenerationIsSealed()
    {
        await Store.AllocateGenerationAsync(Cancel);
        (await IntervalsAsync()).ShouldBe((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        await SealNextAsync(10 * Second);
        (await IntervalsAsync()).ShouldBe((10 * Second, 10 * Second));
        await RestartAsync();
        await Store.AllocateGenerationAsync(Cancel);
        (await IntervalsAsync()).ShouldBe((10 * Second, 10 * Second));
    }

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
        (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Sealings.ShouldBeEmpty();
        await SealNextAsync();
        await PassAsync(2 * Second);
        // One that was never sealed is no sealing.
        await Store.AllocateGenerationAsync(Cancel);
        await SealNextAsync();
        var sealings = (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Sealings;
        sealings.Select(sealing => sealing.Generation).ShouldBe([1L, 3L]);
        (sealings[1].SealedAt - sealings[0].SealedAt).ShouldBeInRange(2000, Minute);
        sealings[1].SealedAt.ShouldBe((await Store.ReadGenerationsAsync(Cancel)).Sealed!.SealedAt);

        await RestartAsync();
        (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Sealings.ShouldBe(sealings);
    }

    [Fact]
    public async Task Snapshot_SealedManyTimes_KeepsTheRecentSealings()
    {
        for (var i = 0; i < 40; i++)
            await SealNextAsync();
        var sealings = (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Sealings;
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
        (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Removed.ShouldBe([1L]);
        await PassAsync(2 * Second);
        await Store.RemoveInfluencersAsync([2], Cancel);
        (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Removed.ShouldBe([2L]);
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

    private async Task<long> SealNextAsync(TimeSpan? interval = null)
    {
        var generation = await Store.AllocateGenerationAsync(Cancel);
        var version = (await Store.CountRosterAsync(Cancel)).Version;
        (await Store.TrySealGenerationAsync(new SealedGeneration(generation, interval ?? Interval, 500), version, Cancel)).ShouldBeTrue();
        return generation;
    }

    private async Task<(TimeSpan OfGenerations, TimeSpan OfSnapshot)> IntervalsAsync() =>
        ((await Store.ReadGenerationsAsync(Cancel)).Interval, (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Interval);
}
