using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task NotFound_InThreeSlots_IsMissedInThemAndGoneFromTheNextOn()
    {
        var slot = Slot;
        await TrackAsync(1, 2);
        for (var i = 0; i < 2; i++)
            await NotFoundAsync(slot + i * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);
        await NotFoundAsync(slot + 2 * Minute, 1);

        var entry = (await Store.FindInfluencerAsync(1, Cancel))!;
        (entry.Status, entry.NextTry).ShouldBe((InfluencerStatus.Gone, slot + 3 * Minute));
        var counts = await Store.CountRosterAsync(Cancel);
        (counts.Tracked, counts.Gone).ShouldBe((1, 1));
        await Store.NoteSlotAsync(slot + 3 * Minute, Interval, Cancel);
        for (var i = 0; i < 3; i++)
        {
            var summary = await SlotAsync(slot + i * Minute);
            (summary.Tracked, summary.Gone, summary.Missed[MissReason.NotFound]).ShouldBe((2, 0, 1));
        }

        var next = await SlotAsync(slot + 3 * Minute);
        (next.Tracked, next.Gone, next.Missed.Count).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task NotFound_TwiceInASlotOrOutOfOrder_CountsOnce()
    {
        var slot = Slot;
        await TrackAsync(1);
        await NotFoundAsync(slot + 2 * Minute, 1);
        await NotFoundAsync(slot + 2 * Minute, 1);
        await NotFoundAsync(slot, 1);
        await NotFoundAsync(slot, 1);
        await NotFoundAsync(slot + 3 * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);
        (await SlotAsync(slot)).Missed[MissReason.NotFound].ShouldBe(1);
        await NotFoundAsync(slot + 4 * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Gone);
    }

    [Fact]
    public async Task NotFound_AReadingBetween_StartsAnew()
    {
        var slot = Slot;
        await TrackAsync(1);
        await NotFoundAsync(slot, 1);
        await NotFoundAsync(slot + Minute, 1);
        await AppendAsync(Batch(slot + 2 * Minute, Point(1, slot + 2 * Minute)));
        await NotFoundAsync(slot + 3 * Minute, 1);
        await NotFoundAsync(slot + 4 * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);

        // One that comes late, between the two: only the last of them is certain to be behind it.
        await NotFoundAsync(slot + 6 * Minute, 2);
        await AppendAsync(Batch(slot + 3 * Minute + Minute / 2, Point(1, slot + 3 * Minute + Minute / 2)));
        await NotFoundAsync(slot + 5 * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);
        await NotFoundAsync(slot + 6 * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Gone);
    }

    [Fact]
    public async Task NotFound_OlderThanAStoredPoint_IsAMissAndNoMore()
    {
        var slot = Slot;
        await TrackAsync(1);
        await AppendAsync(Batch(slot + 9 * Minute, Point(1, slot + 9 * Minute)));
        for (var i = 0; i < 5; i++)
            await NotFoundAsync(slot + i * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);
        (await SlotAsync(slot)).Missed[MissReason.NotFound].ShouldBe(1);
    }

    [Fact]
    public async Task Gone_NotFoundAgain_IsTriedLessAndLess()
    {
        var slot = await LoseAsync(1);
        for (var answers = 2; answers < 10; answers++)
        {
            var entry = (await Store.FindInfluencerAsync(1, Cancel))!;
            // What another fetcher still asked before it was due says nothing of how often to ask.
            await NotFoundAsync(entry.NextTry - Minute, 1);
            await NotFoundAsync(entry.NextTry, 1);
            (await Store.FindInfluencerAsync(1, Cancel))!.NextTry.ShouldBe(GoneBackoff.NextTry(entry.NextTry, Interval, answers));
        }

        (await Store.ReadSlotsAsync(slot + Minute, slot + Day, Cancel)).ShouldAllBe(summary => summary.Missed.Count == 0);
        (await Store.FindInfluencerAsync(1, Cancel))!.NextTry.ShouldBeGreaterThan(slot + Hour);
        (await Store.CountRosterAsync(Cancel)).Gone.ShouldBe(1);
    }

    [Fact]
    public async Task Gone_AndTrackedAgainInTheSameWrite_MissesBetweenAreTakenBack()
    {
        var slot = Slot;
        await TrackAsync([.. Enumerable.Range(1, 30)]);
        await PassAsync(TimeSpan.FromMinutes(6));
        await NotFoundAsync(slot, 1);
        await NotFoundAsync(slot + Minute, 1);
        await AppendAsync(Missed(slot + 3 * Minute, new Miss(1, MissReason.Timeout)));
        // A backlog that ends in an outage: who is given up at its beginning is back at its end.
        await Store.AppendAsync(
            [Missed(slot + 2 * Minute, new Miss(1, MissReason.NotFound)), Missed(slot + 4 * Minute, [.. Enumerable.Range(2, 29).Select(static id => new Miss(id, MissReason.NotFound))])], Cancel);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);
        var summary = await SlotAsync(slot + 3 * Minute);
        (summary.Tracked, summary.Gone, summary.Missed.Count).ShouldBe((29, 1, 0));
    }

    [Fact]
    public async Task Gone_NewerReading_IsTrackedFromTheNextSlotOn()
    {
        var last = await LoseAsync(1);
        var back = last + 4 * Minute;
        await AppendAsync(Batch(back, Point(1, back)));
        var entry = (await Store.FindInfluencerAsync(1, Cancel))!;
        (entry.Status, entry.NextTry).ShouldBe((InfluencerStatus.Tracked, 0));
        (await Store.CountRosterAsync(Cancel)).ShouldSatisfyAllConditions(counts => counts.Tracked.ShouldBe(1), counts => counts.Gone.ShouldBe(0));
        await Store.NoteSlotAsync(back + Minute, Interval, Cancel);
        (await SlotAsync(back)).ShouldSatisfyAllConditions(
            summary => Counts(summary).ShouldBe((0, 0, 1)), summary => summary.Gone.ShouldBe(1));
        (await SlotAsync(back + Minute)).ShouldSatisfyAllConditions(
            summary => Counts(summary).ShouldBe((1, 0, 0)), summary => summary.Gone.ShouldBe(0));

        // The next time begins from the beginning.
        await NotFoundAsync(back + Minute, 1);
        await NotFoundAsync(back + 2 * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);
        await NotFoundAsync(back + 3 * Minute, 1);
        (await Store.FindInfluencerAsync(1, Cancel))!.NextTry.ShouldBe(back + 4 * Minute);
    }

    [Fact]
    public async Task Gone_OlderReadingDeliveredLate_CountsInItsSlotAndDoesNotBringItBack()
    {
        var last = await LoseAsync(1);
        await AppendAsync(Batch(last - Minute, Point(1, last - Minute)));
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Gone);
        var summary = await SlotAsync(last - Minute);
        (summary.Tracked, summary.Covered, summary.Missed.Count).ShouldBe((1, 1, 0));
        await RestartAsync();
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Gone);
        (await SlotAsync(last)).Missed[MissReason.NotFound].ShouldBe(1);
    }

    [Fact]
    public async Task Gone_MissesOfLaterSlotsThatCameBefore_AreTakenBack()
    {
        var slot = Slot;
        await TrackAsync(1);
        await PassAsync(TimeSpan.FromMinutes(3));
        await NotFoundAsync(slot, 1);
        await NotFoundAsync(slot + Minute, 1);
        await AppendAsync(Missed(slot + 3 * Minute, new Miss(1, MissReason.Timeout)));
        await NotFoundAsync(slot + 2 * Minute, 1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Gone);
        var summary = await SlotAsync(slot + 3 * Minute);
        (summary.Tracked, summary.Gone, summary.Missed.Count).ShouldBe((0, 1, 0));
    }

    [Fact]
    public async Task Gone_Removed_IsNeither()
    {
        await LoseAsync(1);
        await Store.RemoveInfluencersAsync([1], Cancel);
        var counts = await Store.CountRosterAsync(Cancel);
        (counts.Tracked, counts.Gone).ShouldBe((0, 0));
        await PassAsync(TimeSpan.FromMinutes(10));
        await Store.NoteSlotAsync(Slot, Interval, Cancel);
        (await SlotAsync(Slot)).Gone.ShouldBe(0);
        await TrackAsync(1);
        (await StatusAsync(1)).ShouldBe(InfluencerStatus.Tracked);
    }

    [Fact]
    public async Task NotFound_OfManyAtOnce_IsAnOutageInWhichNobodyIsGone()
    {
        await TrackAsync(Ids(1, 200));
        var slot = Slot;
        for (var i = 0; i < 5; i++)
        {
            await NotFoundAsync(Slot, Ids(1, 100));
            await AppendAsync(Batch(Slot, [.. Ids(101, 100).Select(id => Point(id, Slot))]));
            await PassAsync(Interval);
        }

        (await Store.CountRosterAsync(Cancel)).ShouldSatisfyAllConditions(counts => counts.Tracked.ShouldBe(200), counts => counts.Gone.ShouldBe(0));
        for (var i = 0; i < 5; i++)
        {
            var summary = await SlotAsync(slot + i * Minute);
            (summary.Tracked, summary.Covered, summary.Missed[MissReason.NotFound], summary.Coverage).ShouldBe((200, 100, 100, 0.5));
        }

        await RestartAsync();
        (await DetailAsync()).ShouldNotBeNull().ShouldContain("does not know 100 of 200");
        await NotFoundAsync(Slot, Ids(1, 100));
        (await Store.CountRosterAsync(Cancel)).Gone.ShouldBe(0);

        await PassAsync(Interval);
        await AppendAsync(Batch(Slot, [.. Ids(1, 200).Select(id => Point(id, Slot))]));
        (await SlotAsync(Slot)).Coverage.ShouldBe(1);
        (await DetailAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task NotFound_ManyMoreAfterAFewAreGone_TheFewAreTrackedAgain()
    {
        await TrackAsync(Ids(1, 200));
        for (var i = 0; i < 3; i++, await PassAsync(Interval))
            await NotFoundAsync(Slot, Ids(1, 10));
        (await Store.CountRosterAsync(Cancel)).Gone.ShouldBe(10);
        (await DetailAsync()).ShouldBeNull();

        await NotFoundAsync(Slot, Ids(11, 10));
        (await Store.CountRosterAsync(Cancel)).ShouldSatisfyAllConditions(counts => counts.Tracked.ShouldBe(200), counts => counts.Gone.ShouldBe(0));
        (await Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.GoneUntil.ShouldBeEmpty("they are asked at every slot again");
        await PassAsync(Interval);
        await NotFoundAsync(Slot, Ids(1, 20));
        (await SlotAsync(Slot)).ShouldSatisfyAllConditions(
            summary => summary.Tracked.ShouldBe(200), summary => summary.Gone.ShouldBe(0), summary => summary.Missed[MissReason.NotFound].ShouldBe(20));
    }

    [Fact]
    public async Task NotFound_OfManyForMoreThanTheHour_IsBelieved()
    {
        await TrackAsync(Ids(1, 200));
        for (var i = 0; i < 3; i++, await PassAsync(Interval))
            await NotFoundAsync(Slot, Ids(1, 100));
        (await Store.CountRosterAsync(Cancel)).Gone.ShouldBe(0);
        await PassAsync(TimeSpan.FromMinutes(62));
        await Store.NoteSlotAsync(Slot, Interval, Cancel);
        (await DetailAsync()).ShouldBeNull();
        await NotFoundAsync(Slot, Ids(1, 100));
        (await Store.CountRosterAsync(Cancel)).Gone.ShouldBe(100);
    }

    [Fact]
    public async Task NotFound_OfAFewAtATime_IsBelieved()
    {
        await TrackAsync(Ids(1, 2000));
        for (var i = 0; i < 3; i++, await PassAsync(Interval))
            await NotFoundAsync(Slot, Ids(1, 40));
        (await Store.CountRosterAsync(Cancel)).Gone.ShouldBe(40, "2% is not more than 2%");
    }

    private static long[] Ids(int first, int count) => [.. Enumerable.Range(first, count).Select(id => (long)id)];

    private Task<AppendResult> NotFoundAsync(long slot, params long[] ids) =>
        AppendAsync(Missed(slot, [.. ids.Select(id => new Miss(id, MissReason.NotFound))]));

    private async Task<InfluencerStatus> StatusAsync(long id) => (await Store.FindInfluencerAsync(id, Cancel))!.Status;

    private async Task<string?> DetailAsync() => (await Store.GetStatusAsync(Cancel)).Detail;

    /// <summary>Tracks one and has it not found in three slots; returns the last of them.</summary>
    private async Task<long> LoseAsync(long id)
    {
        var slot = Slot;
        await TrackAsync(id);
        for (var i = 0; i < 3; i++)
            await NotFoundAsync(slot + i * Minute, id);
        (await StatusAsync(id)).ShouldBe(InfluencerStatus.Gone);
        return slot + 2 * Minute;
    }
}
