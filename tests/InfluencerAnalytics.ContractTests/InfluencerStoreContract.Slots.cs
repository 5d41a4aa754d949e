using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task Slots_AfterAppends_CountOnlyRowsInserted()
    {
        var slot = Slot;
        await Store.NoteTrackedAsync(slot, Interval, 3, Cancel);
        await AppendAsync(Batch(slot, Point(1, slot, 10, 1), Point(2, slot, 20, 2)));
        await AppendAsync(Batch(slot, Point(2, slot, 99, 9)));
        var summary = await SlotAsync(slot);
        (summary.Interval, summary.Tracked, summary.Stored).ShouldBe((Interval, 3, 2));
        (summary.FollowerSum, summary.FollowingSum).ShouldBe(((Int128)30, (Int128)3));
        summary.Coverage!.Value.ShouldBe(2 / 3.0, 1e-9);
        summary.Missed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Slots_SumsBeyondLong_AreExact()
    {
        var slot = Slot;
        await AppendAsync(Batch(slot, Point(1, slot, long.MaxValue), Point(2, slot, long.MaxValue), Point(3, slot, long.MaxValue)));
        (await SlotAsync(slot)).FollowerSum.ShouldBe((Int128)long.MaxValue * 3);
    }

    [Fact]
    public async Task NoteTracked_Later_OnlyLowers()
    {
        var slot = Slot;
        await Store.NoteTrackedAsync(slot, Interval, 100, Cancel);
        await Store.NoteTrackedAsync(slot, Interval, 120, Cancel);
        (await SlotAsync(slot)).Tracked.ShouldBe(100);
        await Store.NoteTrackedAsync(slot, Interval, 90, Cancel);
        (await SlotAsync(slot)).Tracked.ShouldBe(90);
    }

    [Fact]
    public async Task NoteTracked_AfterAppend_MakesTheFirstNote()
    {
        var slot = Slot;
        await AppendAsync(Batch(slot, Point(1, slot)));
        (await SlotAsync(slot)).Coverage.ShouldBeNull();
        await Store.NoteTrackedAsync(slot, Interval, 2, Cancel);
        (await SlotAsync(slot)).Coverage.ShouldBe(0.5);
    }

    [Fact]
    public async Task ReadSlots_Range_IncludesBothEndsAndLeavesGaps()
    {
        var slot = Slot - 10 * Minute;
        foreach (var i in new[] { 0, 1, 3, 4 })
            await Store.NoteTrackedAsync(slot + i * Minute, Interval, i + 1, Cancel);
        (await Store.ReadSlotsAsync(slot + Minute, slot + 4 * Minute, Cancel)).Select(summary => summary.Tracked).ShouldBe([2L, 4L, 5L]);
        (await Store.ReadSlotsAsync(slot + 2 * Minute, slot + 2 * Minute, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Misses_DeliveredTwice_AreCountedOnce()
    {
        var slot = Slot;
        var message = Missed(slot, new Miss(1, MissReason.Timeout), new Miss(2, MissReason.Timeout), new Miss(3, MissReason.CircuitOpen));
        await AppendAsync(message);
        await AppendAsync(message, message);
        await AppendAsync(Missed(slot, new Miss(4, MissReason.Timeout)));
        var missed = (await SlotAsync(slot)).Missed;
        missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Timeout] = 3, [MissReason.CircuitOpen] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Misses_SameListOfAnotherSlot_AreCountedThere()
    {
        var slot = Slot;
        await AppendAsync(Missed(slot, new Miss(1, MissReason.Timeout)), Missed(slot + Minute, new Miss(1, MissReason.Timeout)));
        (await SlotAsync(slot)).Missed[MissReason.Timeout].ShouldBe(1);
        (await SlotAsync(slot + Minute)).Missed[MissReason.Timeout].ShouldBe(1);
    }

    [Fact]
    public async Task NotFound_Tracked_IsGoneAndTriedLessAndLess()
    {
        var slot = Slot;
        await TrackAsync(1, 2);
        await AppendAsync(Missed(slot, new Miss(1, MissReason.NotFound)));
        var entry = (await Store.FindInfluencerAsync(1, Cancel))!;
        (entry.Status, entry.NextTry).ShouldBe((InfluencerStatus.Gone, GoneBackoff.NextTry(slot, Interval, 1)));
        var counts = await Store.CountRosterAsync(Cancel);
        (counts.Tracked, counts.Gone).ShouldBe((1, 1));

        await AppendAsync(Missed(entry.NextTry, new Miss(1, MissReason.NotFound)));
        (await Store.FindInfluencerAsync(1, Cancel))!.NextTry.ShouldBe(GoneBackoff.NextTry(entry.NextTry, Interval, 2));
        (await Store.CountRosterAsync(Cancel)).Gone.ShouldBe(1);
    }

    [Fact]
    public async Task NotFound_ThenStored_IsTrackedAgain()
    {
        var slot = Slot;
        await TrackAsync(1);
        await AppendAsync(Missed(slot, new Miss(1, MissReason.NotFound)));
        await AppendAsync(Batch(slot + Minute, Point(1, slot + Minute)));
        var entry = (await Store.FindInfluencerAsync(1, Cancel))!;
        (entry.Status, entry.NextTry).ShouldBe((InfluencerStatus.Tracked, 0));
        (await Store.CountRosterAsync(Cancel)).Tracked.ShouldBe(1);
        // The next time starts from the beginning.
        await AppendAsync(Missed(slot + 2 * Minute, new Miss(1, MissReason.NotFound)));
        (await Store.FindInfluencerAsync(1, Cancel))!.NextTry.ShouldBe(GoneBackoff.NextTry(slot + 2 * Minute, Interval, 1));
    }

    [Fact]
    public async Task NotFound_OlderThanAStoredPoint_ChangesNothing()
    {
        var slot = Slot;
        await TrackAsync(1);
        await AppendAsync(Batch(slot, Point(1, slot)));
        await AppendAsync(Missed(slot - Minute, new Miss(1, MissReason.NotFound)));
        (await Store.FindInfluencerAsync(1, Cancel))!.Status.ShouldBe(InfluencerStatus.Tracked);
        (await SlotAsync(slot - Minute)).Missed[MissReason.NotFound].ShouldBe(1);
    }

    [Fact]
    public async Task OtherMisses_LeaveTheRosterAlone()
    {
        await TrackAsync(1);
        await AppendAsync(Missed(Slot, new Miss(1, MissReason.ServerError)));
        (await Store.FindInfluencerAsync(1, Cancel))!.Status.ShouldBe(InfluencerStatus.Tracked);
    }
}
