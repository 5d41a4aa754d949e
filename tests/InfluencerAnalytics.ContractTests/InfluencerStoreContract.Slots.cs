using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task Slots_AfterAppends_CountOnlyRowsInserted()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3);
        await AppendAsync(Batch(slot, Point(1, slot, 10, 1), Point(2, slot, 20, 2)));
        await AppendAsync(Batch(slot, Point(2, slot, 99, 9)));
        var summary = await SlotAsync(slot);
        (summary.Interval, summary.Tracked, summary.Covered, summary.Others).ShouldBe((Interval, 3, 2, 0));
        (summary.FollowerSum, summary.FollowingSum).ShouldBe(((Int128)30, (Int128)3));
        summary.Coverage!.Value.ShouldBe(2 / 3.0, 1e-9);
        summary.Missed.ShouldBeEmpty();
        summary.Unreported.ShouldBe(1);
    }

    [Fact]
    public async Task Slots_SumsBeyondLong_AreExact()
    {
        var slot = Slot;
        await AppendAsync(Batch(slot, Point(1, slot, long.MaxValue), Point(2, slot, long.MaxValue), Point(3, slot, long.MaxValue)));
        (await SlotAsync(slot)).FollowerSum.ShouldBe((Int128)long.MaxValue * 3);
    }

    [Fact]
    public async Task Slots_PointsOfOthers_AreStoredButNotCounted()
    {
        var slot = Slot;
        await TrackAsync([.. Enumerable.Range(1, 100).Select(id => (long)id)]);
        await AppendAsync(Batch(slot, [.. Enumerable.Range(1001, 100).Select(id => Point(id, slot))]));
        var summary = await SlotAsync(slot);
        (summary.Tracked, summary.Covered, summary.Others, summary.Coverage).ShouldBe((100, 0, 100, 0.0));
        (await ReadAsync(1001)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Slots_AddedInTheMiddle_IsDueFromTheNextOn()
    {
        var slot = Slot;
        await TrackAsync(1);
        await PassAsync(TimeSpan.FromSeconds(20));
        await TrackAsync(2);
        await AppendAsync(Batch(slot, Point(1, slot), Point(2, slot)));
        await AppendAsync(Batch(slot + Minute, Point(1, slot + Minute)));
        Counts(await SlotAsync(slot)).ShouldBe((1, 1, 1));
        Counts(await SlotAsync(slot + Minute)).ShouldBe((2, 1, 0));
    }

    [Fact]
    public async Task Slots_AddedInTheMiddleAndNotFound_LeavesTheSlotAlone()
    {
        var slot = Slot;
        await TrackAsync(1);
        await PassAsync(TimeSpan.FromSeconds(20));
        await TrackAsync(2);
        await AppendAsync(Batch(slot, Point(1, slot)), Missed(slot, new Miss(2, MissReason.NotFound)));
        var summary = await SlotAsync(slot);
        Counts(summary).ShouldBe((1, 1, 0));
        (summary.Coverage, summary.Missed.Count).ShouldBe((1.0, 0));
    }

    [Fact]
    public async Task NoteSlot_Late_ShowsWhoWasTrackedThen()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3);
        await PassAsync(TimeSpan.FromMinutes(10));
        await Store.RemoveInfluencersAsync([3], Cancel);
        await PassAsync(TimeSpan.FromMinutes(10));
        await TrackAsync(4, 5);
        await PassAsync(TimeSpan.FromMinutes(1));
        await RestartAsync();
        foreach (var minute in new[] { -1, 0, 5, 15, 20 })
            await Store.NoteSlotAsync(slot + minute * Minute, Interval, Cancel);
        (await Store.ReadSlotsAsync(slot - Minute, slot + 20 * Minute, Cancel)).Select(summary => summary.Tracked).ShouldBe([0L, 3L, 3L, 2L, 4L]);
    }

    [Fact]
    public async Task NoteSlot_ThereAlready_ChangesNothing()
    {
        var slot = Slot;
        await TrackAsync(1);
        await AppendAsync(Batch(slot, Point(1, slot)));
        await Store.NoteSlotAsync(slot, TimeSpan.FromSeconds(30), Cancel);
        var summary = await SlotAsync(slot);
        (summary.Interval, summary.Covered).ShouldBe((Interval, 1));
    }

    [Fact]
    public async Task ReadSlots_Range_IncludesBothEndsAndLeavesGaps()
    {
        var slot = Slot - 10 * Minute;
        foreach (var i in new[] { 0, 1, 3, 4 })
            await Store.NoteSlotAsync(slot + i * Minute, Interval, Cancel);
        (await Store.ReadSlotsAsync(slot + Minute, slot + 4 * Minute, Cancel)).Select(summary => (summary.Slot - slot) / Minute).ShouldBe([1L, 3L, 4L]);
        (await Store.ReadSlotsAsync(slot + 2 * Minute, slot + 2 * Minute, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Remove_WithoutAPointInAnOpenSlot_IsNotCountedThere()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3);
        await AppendAsync(Batch(slot, Point(1, slot)), Missed(slot, new Miss(2, MissReason.Timeout), new Miss(3, MissReason.Timeout)));
        await PassAsync(TimeSpan.FromSeconds(70));
        await AppendAsync(Batch(slot + Minute, Point(3, slot + Minute)));
        await Store.RemoveInfluencersAsync([1, 2], Cancel);
        // 1 has a point in the first of the two; 2 in none of them.
        Counts(await SlotAsync(slot)).ShouldBe((2, 1, 0));
        (await SlotAsync(slot)).Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Timeout] = 1 });
        Counts(await SlotAsync(slot + Minute)).ShouldBe((1, 1, 0));

        // What comes of them now is stored and not counted, and neither are misses.
        await AppendAsync(Batch(slot, Point(2, slot)), Batch(slot + Minute, Point(1, slot + Minute)), Missed(slot + Minute, new Miss(2, MissReason.Timeout)));
        Counts(await SlotAsync(slot)).ShouldBe((2, 1, 1));
        Counts(await SlotAsync(slot + Minute)).ShouldBe((1, 1, 1));
        (await SlotAsync(slot + Minute)).Missed.ShouldBeEmpty();
        await RestartAsync();
        Counts(await SlotAsync(slot)).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task Remove_AfterTheSlotIsFinal_LeavesItAlone()
    {
        var slot = Slot;
        await TrackAsync(1, 2);
        await AppendAsync(Batch(slot, Point(1, slot)), Missed(slot, new Miss(2, MissReason.Timeout)));
        await PassAsync(TimeSpan.FromMinutes(2));
        await Store.RemoveInfluencersAsync([1, 2], Cancel);
        var summary = await SlotAsync(slot);
        Counts(summary).ShouldBe((2, 1, 0));
        summary.Missed[MissReason.Timeout].ShouldBe(1);
        // It was tracked then, so what comes late is counted.
        await AppendAsync(Batch(slot, Point(2, slot)));
        Counts(await SlotAsync(slot)).ShouldBe((2, 2, 0));
    }

    [Fact]
    public async Task Remove_ThenAddedAgain_CountsFromTheNextSlotOn()
    {
        var slot = Slot;
        await TrackAsync(1, 2);
        await PassAsync(TimeSpan.FromMinutes(5));
        await Store.RemoveInfluencersAsync([2], Cancel);
        await PassAsync(TimeSpan.FromSeconds(10));
        await TrackAsync(2);
        foreach (var minute in new[] { 3, 4, 5, 6 })
            await Store.NoteSlotAsync(slot + minute * Minute, Interval, Cancel);
        (await Store.ReadSlotsAsync(slot, slot + 9 * Minute, Cancel)).Select(summary => summary.Tracked).ShouldBe([2L, 1L, 1L, 2L]);
    }

    [Fact]
    public async Task Remove_ThenAddedAgain_APointAheadOfItsSlotCountsOnce()
    {
        var next = Slot + Minute;
        await TrackAsync(1, 2);
        await AppendAsync(Batch(next, Point(1, next)));
        await Store.RemoveInfluencersAsync([1], Cancel);
        await TrackAsync(1);
        await PassAsync(TimeSpan.FromMinutes(1));
        var summary = await SlotAsync(next);
        (summary.Tracked, summary.Covered, summary.Others).ShouldBe((2, 1, 0));
    }

    [Fact]
    public async Task Misses_DeliveredTwiceOrInTwoMessages_CountOnceWithTheLastReason()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3);
        var message = Missed(slot, new Miss(1, MissReason.Timeout), new Miss(2, MissReason.Timeout), new Miss(3, MissReason.CircuitOpen));
        await AppendAsync(message);
        await AppendAsync(message, message);
        await AppendAsync(Missed(slot, new Miss(1, MissReason.ServerError), new Miss(3, MissReason.CircuitOpen)));
        await RestartAsync();
        await AppendAsync(Missed(slot, new Miss(2, MissReason.ServerError)));
        (await SlotAsync(slot)).Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.ServerError] = 2, [MissReason.CircuitOpen] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Misses_SameListOfAnotherSlot_AreCountedThere()
    {
        var slot = Slot;
        await TrackAsync(1);
        await AppendAsync(Missed(slot, new Miss(1, MissReason.Timeout)), Missed(slot + Minute, new Miss(1, MissReason.Timeout)));
        (await SlotAsync(slot)).Missed[MissReason.Timeout].ShouldBe(1);
        (await SlotAsync(slot + Minute)).Missed[MissReason.Timeout].ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Misses_AndAReading_CountAsStoredInAnyOrder(bool newerFirst)
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3);
        if (newerFirst)
            await AppendAsync(Batch(slot + Minute, Point(1, slot + Minute), Point(2, slot + Minute), Point(3, slot + Minute)));
        // 1 before it, 2 after it, 3 in one write with it.
        await AppendAsync(Missed(slot, new Miss(1, MissReason.Timeout)), Batch(slot, Point(2, slot)));
        await AppendAsync(Batch(slot, Point(1, slot)), Missed(slot, new Miss(2, MissReason.Timeout)));
        await AppendAsync(Missed(slot, new Miss(3, MissReason.Timeout)), Batch(slot, Point(3, slot)), Missed(slot, new Miss(3, MissReason.NotFound)));
        var summary = await SlotAsync(slot);
        Counts(summary).ShouldBe((3, 3, 0));
        summary.Missed.ShouldBeEmpty();
        (await Store.FindInfluencerAsync(3, Cancel))!.Status.ShouldBe(InfluencerStatus.Tracked);
    }

    [Fact]
    public async Task Misses_OfOthers_AreNotCounted()
    {
        var slot = Slot;
        await TrackAsync(1);
        await PassAsync(TimeSpan.FromSeconds(1));
        await TrackAsync(2);
        await AppendAsync(Batch(slot, Point(1, slot)), Missed(slot, new Miss(2, MissReason.Timeout), new Miss(99, MissReason.Timeout)));
        (await SlotAsync(slot)).Missed.ShouldBeEmpty();
        (await Store.FindInfluencerAsync(99, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task OtherMisses_LeaveTheRosterAlone()
    {
        await TrackAsync(1);
        for (var i = 0; i < 9; i++)
            await AppendAsync(Missed(Slot + i * Minute, new Miss(1, MissReason.ServerError)));
        (await Store.FindInfluencerAsync(1, Cancel))!.Status.ShouldBe(InfluencerStatus.Tracked);
    }

    private static (long Tracked, long Covered, long Others) Counts(SlotSummary summary) => (summary.Tracked, summary.Covered, summary.Others);
}
