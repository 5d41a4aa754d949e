using InfluencerAnalytics.Influencers;
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
        (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Removed.ShouldBeEmpty();
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
    public async Task ReadUsernames_OfMany_GivesTheLastOfThoseThatHaveOne()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3);
        await AppendAsync(Point(1, slot - 2 * Minute) with { Username = "first" }, Point(1, slot - Minute) with { Username = "second" }, Point(2, slot - 3 * Day), Point(4, slot));
        await AppendAsync(Point(1, slot - 3 * Minute) with { Username = "late" });
        await Store.RemoveInfluencersAsync([2], Cancel);
        var names = await Store.ReadUsernamesAsync([99, 4, 3, 2, 1, 1], Cancel);
        names.ShouldBe(new Dictionary<long, string> { [1] = "second", [2] = "influencer-2", [4] = "influencer-4" }, ignoreOrder: true);
        (await Store.ReadUsernamesAsync([], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadUsernames_AThousandInAnyOrder_GivesAll()
    {
        var slot = Slot;
        long[] ids = [.. Enumerable.Range(1, 1000).Select(i => i * 3L)];
        await TrackAsync(ids);
        await AppendAsync(Batch(slot, [.. ids.Select(id => Point(id, slot))]));
        Random.Shared.Shuffle(ids);
        (await Store.ReadUsernamesAsync(ids, Cancel)).OrderBy(pair => pair.Key).ShouldBe(ids.Order().Select(id => KeyValuePair.Create(id, $"influencer-{id}")));
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
    public async Task Snapshot_Unchanged_IsNull()
    {
        await TrackAsync(1);
        var snapshot = (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!;
        (await Store.ReadRosterSnapshotAsync(snapshot, Cancel)).ShouldBeNull();
        await SealNextAsync();
        var sealedOne = (await Store.ReadRosterSnapshotAsync(snapshot, Cancel))!;
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
        var snapshot = (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!;
        // 1 was removed before the generation was allocated, and shards from before that are no longer fetched.
        snapshot.Removed.ShouldBe([2L]);
        snapshot.GoneUntil.ShouldBe(new Dictionary<long, long> { [3] = slot + 3 * Minute });
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
}
