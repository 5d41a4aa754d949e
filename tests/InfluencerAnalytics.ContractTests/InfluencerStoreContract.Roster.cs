using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task Add_NewAndKnown_AreCountedApart()
    {
        (await Store.AddInfluencersAsync([3, 1, 2, 1], 0, Cancel)).ShouldBe(new RosterAddResult(true, 3, 1));
        (await Store.AddInfluencersAsync([2, 4], 0, Cancel)).ShouldBe(new RosterAddResult(true, 1, 1));
        (await Store.CountRosterAsync(Cancel)).Tracked.ShouldBe(4);
        var entry = (await Store.FindInfluencerAsync(3, Cancel))!;
        entry.Status.ShouldBe(InfluencerStatus.Tracked);
        entry.AddedAt.ShouldBeInRange(Now.ToUnixTimeMilliseconds() - Minute, Now.ToUnixTimeMilliseconds() + Minute);
        (await Store.FindInfluencerAsync(99, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Add_InvalidId_AddsNone()
    {
        await Should.ThrowAsync<ArgumentException>(async () => await Store.AddInfluencersAsync([1, 0], 0, Cancel));
        (await Store.CountRosterAsync(Cancel)).Tracked.ShouldBe(0);
        (await Store.FindInfluencerAsync(1, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Add_UnderASupersededGeneration_IsRefused()
    {
        await SealNextAsync();
        (await Store.AddInfluencersAsync([1], 0, Cancel)).ShouldBe(new RosterAddResult(false, 0, 0));
        (await Store.FindInfluencerAsync(1, Cancel)).ShouldBeNull();
        (await Store.AddInfluencersAsync([1], 1, Cancel)).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Remove_Tracked_KeepsTheHistory()
    {
        var slot = Slot;
        await TrackAsync(1, 2);
        await AppendAsync(Batch(slot, Point(1, slot)));
        (await Store.RemoveInfluencersAsync([1, 99], Cancel)).ShouldBe(1);
        (await Store.RemoveInfluencersAsync([1], Cancel)).ShouldBe(0);
        (await Store.FindInfluencerAsync(1, Cancel))!.Status.ShouldBe(InfluencerStatus.Removed);
        (await Store.CountRosterAsync(Cancel)).Tracked.ShouldBe(1);
        (await ReadAsync(1)).Count.ShouldBe(1);
        (await Store.ReadRosterAsync(0, 10, Cancel)).Select(entry => entry.InfluencerId).ShouldBe([2L]);
    }

    [Fact]
    public async Task Remove_ThenAdd_IsTrackedAgain()
    {
        await TrackAsync(1);
        await Store.RemoveInfluencersAsync([1], Cancel);
        (await Store.AddInfluencersAsync([1], 0, Cancel)).Added.ShouldBe(1);
        (await Store.FindInfluencerAsync(1, Cancel))!.Status.ShouldBe(InfluencerStatus.Tracked);
        (await Store.ReadRosterSnapshotAsync(-1, Cancel))!.Removed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Remove_ThenStored_StaysRemoved()
    {
        var slot = Slot;
        await TrackAsync(1);
        await Store.RemoveInfluencersAsync([1], Cancel);
        await AppendAsync(Batch(slot, Point(1, slot)));
        (await Store.FindInfluencerAsync(1, Cancel))!.Status.ShouldBe(InfluencerStatus.Removed);
    }

    [Fact]
    public async Task ReadRoster_Pages_AscendAndEnd()
    {
        await TrackAsync([.. Enumerable.Range(1, 25).Select(i => i * 7L)]);
        var ids = new List<long>();
        while (await Store.ReadRosterAsync(ids.LastOrDefault(), 10, Cancel) is { Count: > 0 } page)
            ids.AddRange(page.Select(entry => entry.InfluencerId));
        ids.ShouldBe(Enumerable.Range(1, 25).Select(i => i * 7L));
    }

    [Fact]
    public async Task ReadAddedSince_Version_GivesLaterAdditions()
    {
        await TrackAsync(1);
        var version = (await Store.CountRosterAsync(Cancel)).Version;
        (await Store.ReadAddedSinceAsync(version, Cancel)).ShouldBeEmpty();
        await TrackAsync(2, 3);
        await Store.RemoveInfluencersAsync([3], Cancel);
        (await Store.CountRosterAsync(Cancel)).Version.ShouldBeGreaterThan(version);
        (await Store.ReadAddedSinceAsync(version, Cancel)).ShouldContain(2);
        (await Store.ReadAddedSinceAsync(version, Cancel)).ShouldNotContain(1);
        (await Store.ReadAddedSinceAsync(0, Cancel)).ShouldContain(1);
    }

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
    public async Task Snapshot_Unchanged_IsNull()
    {
        await TrackAsync(1);
        var snapshot = (await Store.ReadRosterSnapshotAsync(-1, Cancel))!;
        (await Store.ReadRosterSnapshotAsync(snapshot.Version, Cancel)).ShouldBeNull();
        await SealNextAsync();
        var sealedOne = (await Store.ReadRosterSnapshotAsync(snapshot.Version, Cancel))!;
        (sealedOne.SealedGeneration, sealedOne.Interval).ShouldBe((1, Interval));
    }

    [Fact]
    public async Task Snapshot_RemovedAndGone_AreInIt()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3, 4);
        await Store.RemoveInfluencersAsync([1], Cancel);
        await SealNextAsync(Second);
        await PassAsync(2 * Second);
        await Store.RemoveInfluencersAsync([2], Cancel);
        for (var i = 0; i < 3; i++)
            await NotFoundAsync(slot + i * Minute, 3);
        var snapshot = (await Store.ReadRosterSnapshotAsync(-1, Cancel))!;
        // 1 was removed before the generation was allocated, and shards from before that are no longer fetched.
        snapshot.Removed.ShouldBe([2L]);
        snapshot.GoneUntil.ShouldBe(new Dictionary<long, long> { [3] = slot + 3 * Minute });
    }

    [Fact]
    public async Task Lease_HeldByAnother_IsRefusedUntilItEnds()
    {
        (await Store.TryAcquireLeaseAsync("seeder", "a", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
        (await Store.TryAcquireLeaseAsync("seeder", "a", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeFalse();
        (await Store.TryAcquireLeaseAsync("other", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
        await PassAsync(TimeSpan.FromSeconds(4));
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Lease_Released_IsFree()
    {
        await Store.TryAcquireLeaseAsync("seeder", "a", TimeSpan.FromMinutes(3), Cancel);
        await Store.ReleaseLeaseAsync("seeder", "b", Cancel);
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeFalse();
        await Store.ReleaseLeaseAsync("seeder", "a", Cancel);
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task ReadRoster_ManyWithGaps_GivesAllInOrder()
    {
        await TrackAsync([.. Enumerable.Range(1, 1500).Select(id => (long)id)]);
        await Store.RemoveInfluencersAsync([.. Enumerable.Range(200, 400).Select(id => (long)id)], Cancel);
        var left = Enumerable.Range(1, 1500).Where(id => id is < 200 or >= 600).Select(id => (long)id).ToArray();
        (await Store.ReadRosterAsync(0, 5000, Cancel)).Select(entry => entry.InfluencerId).ShouldBe(left);
        (await Store.ReadRosterAsync(10, 700, Cancel)).Select(entry => entry.InfluencerId).ShouldBe(left.Skip(10).Take(700));
    }

    [Fact]
    public async Task Setting_Written_IsRead()
    {
        (await Store.ReadSettingAsync("interval", Cancel)).ShouldBeNull();
        await Store.WriteSettingAsync("interval", "00:01:00", Cancel);
        await Store.WriteSettingAsync("interval", "00:00:10 é", Cancel);
        (await Store.ReadSettingAsync("interval", Cancel)).ShouldBe("00:00:10 é");
    }

    [Fact]
    public async Task Status_Open_IsReady()
    {
        var status = await Store.GetStatusAsync(Cancel);
        status.Ready.ShouldBeTrue(status.Detail);
        status.Kind.ShouldNotBeNullOrEmpty();
    }

    private async Task<long> SealNextAsync(TimeSpan? interval = null)
    {
        var generation = await Store.AllocateGenerationAsync(Cancel);
        var version = (await Store.CountRosterAsync(Cancel)).Version;
        (await Store.TrySealGenerationAsync(new SealedGeneration(generation, interval ?? Interval, 500), version, Cancel)).ShouldBeTrue();
        return generation;
    }
}
