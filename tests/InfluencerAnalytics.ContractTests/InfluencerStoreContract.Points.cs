using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task Append_NewPoints_AreReadBackExactly()
    {
        var slot = Slot;
        var largest = new DataPoint(InfluencerIds.Max, long.MaxValue / 2, 0, slot, slot - 3, "name with é and 漢字");
        (await AppendAsync(Batch(slot, Point(1, slot), largest))).ShouldBe(new AppendResult(2, 0, 0));
        (await ReadAsync(1)).ShouldBe([Point(1, slot)]);
        (await ReadAsync(InfluencerIds.Max)).ShouldBe([largest]);
    }

    [Fact]
    public async Task Append_SameKeyAgain_KeepsTheFirst()
    {
        var slot = Slot;
        await AppendAsync(Batch(slot, Point(1, slot, followers: 7)));
        (await AppendAsync(Batch(slot, Point(1, slot, followers: 8)))).ShouldBe(new AppendResult(0, 1, 0));
        (await ReadAsync(1)).ShouldHaveSingleItem().FollowerCount.ShouldBe(7);
        (await SlotAsync(slot)).FollowerSum.ShouldBe(7);
    }

    [Fact]
    public async Task Append_DuplicatesInOneCall_KeepTheFirst()
    {
        var slot = Slot;
        var result = await AppendAsync(
            Batch(slot, Point(1, slot, 10), Point(1, slot, 11)),
            Batch(slot + Minute, Point(1, slot + Minute, 12)),
            Batch(slot, Point(1, slot, 13)),
            Batch(slot - Minute, Point(1, slot - Minute, 14), Point(1, slot - Minute, 15)));
        result.ShouldBe(new AppendResult(3, 3, 0));
        (await ReadAsync(1)).Select(point => point.FollowerCount).ShouldBe([14L, 10L, 12L]);
    }

    [Fact]
    public async Task Append_OutOfOrder_InsertsAndKeepsTheLatest()
    {
        var slot = Slot;
        await AppendAsync(Batch(slot, Point(1, slot, 5)));
        (await AppendAsync(Batch(slot - 2 * Minute, Point(1, slot - 2 * Minute, 3)))).ShouldBe(new AppendResult(1, 0, 0));
        (await AppendAsync(Batch(slot - 2 * Minute, Point(1, slot - 2 * Minute, 4)))).ShouldBe(new AppendResult(0, 1, 0));
        (await ReadAsync(1)).Select(point => point.FollowerCount).ShouldBe([3L, 5L]);
        (await LatestAsync()).ShouldHaveSingleItem().ShouldBe(new LatestPoint(1, 5, 100, slot, slot + 1234, InfluencerStatus.Unknown));
    }

    [Fact]
    public async Task Append_OlderThanRetention_IsCountedAndDropped()
    {
        var old = Slot - 9 * Day;
        (await AppendAsync(Batch(old, Point(1, old), Point(2, old)), Batch(Slot, Point(1, Slot)))).ShouldBe(new AppendResult(1, 0, 2));
        (await ReadAsync(1)).Count.ShouldBe(1);
    }

    public static TheoryData<DataPointBatch> NeverStorable =>
    [
        Batch(-Minute, Point(1, -Minute)),
        Batch(0, Point(1, 0)),
        Batch(1500, Point(1, 1500)),
        Batch(10_000_000_000_000, Point(1, 10_000_000_000_000)),
        Batch(1795446660000, Point(0, 1795446660000)),
        Batch(1795446660000, Point(InfluencerIds.Max + 1, 1795446660000)),
        Batch(1795446660000, Point(1, 1795446660000, followers: -1)),
        Batch(1795446660000, Point(1, 1795446660000, following: -1)),
        Batch(1795446660000, Point(1, 1795446660000)) with { Interval = TimeSpan.FromMilliseconds(1500) },
        Missed(1795446660000, new Miss(-1, MissReason.Timeout)),
    ];

    [Theory]
    [MemberData(nameof(NeverStorable))]
    public async Task Append_WhatCanNeverBeStored_IsRefusedWithNothingWritten(DataPointBatch bad)
    {
        var slot = Slot;
        var refused = await Should.ThrowAsync<StoreRefusedException>(async () => await AppendAsync(Batch(slot, Point(7, slot)), bad, Batch(slot, Point(8, slot))));
        refused.Message.ShouldNotBeNullOrWhiteSpace();
        (await ReadAsync(7)).ShouldBeEmpty();
        (await ReadAsync(8)).ShouldBeEmpty();
        (await Store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel)).ShouldBeEmpty();
        (await AppendAsync(Batch(slot, Point(7, slot)), Batch(slot, Point(8, slot)))).Inserted.ShouldBe(2);
    }

    [Fact]
    public async Task Append_Nothing_DoesNothing() => (await AppendAsync(Array.Empty<DataPointBatch>())).ShouldBe(new AppendResult(0, 0, 0));

    [Fact]
    public async Task ReadPoints_Range_IncludesBothEnds()
    {
        var slot = Slot - 10 * Minute;
        await AppendAsync([.. Enumerable.Range(0, 10).Select(i => Point(5, slot + i * Minute, i)), Point(4, slot), Point(6, slot)]);
        (await ReadAsync(5, slot + 2 * Minute, slot + 4 * Minute)).Select(point => point.FollowerCount).ShouldBe([2L, 3L, 4L]);
        (await ReadAsync(5, slot + 2 * Minute - 1, slot + 4 * Minute - 1)).Select(point => point.FollowerCount).ShouldBe([2L, 3L]);
        (await ReadAsync(5, slot + 2 * Minute + 1, slot + 4 * Minute)).Select(point => point.FollowerCount).ShouldBe([3L, 4L]);
        (await ReadAsync(5, limit: 3)).Select(point => point.FollowerCount).ShouldBe([0L, 1L, 2L]);
        (await ReadAsync(5, slot + Minute, slot)).ShouldBeEmpty();
        (await ReadAsync(99)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadPoints_OverDays_AreInOrder()
    {
        var slots = Enumerable.Range(0, 5).Select(i => Slot - i * Day).ToArray();
        await AppendAsync([.. slots.Select((slot, i) => Point(1, slot, i))]);
        (await ReadAsync(1)).Select(point => point.FollowerCount).ShouldBe([4L, 3L, 2L, 1L, 0L]);
    }

    [Fact]
    public async Task ReadPointAtOrBefore_Moments_GiveTheNewestBefore()
    {
        var slot = Slot - 3 * Day;
        await AppendAsync(Point(1, slot, 1), Point(1, slot + Minute, 2), Point(1, slot + 2 * Day, 3), Point(2, slot, 9));
        (await AtOrBeforeAsync(1, slot, slot)).ShouldBe(1);
        (await AtOrBeforeAsync(1, slot + Minute - 1, 0)).ShouldBe(1);
        (await AtOrBeforeAsync(1, slot + Day, 0)).ShouldBe(2);
        (await AtOrBeforeAsync(1, Slot, 0)).ShouldBe(3);
        (await AtOrBeforeAsync(1, slot + Day, slot + Minute + 1)).ShouldBeNull();
        (await AtOrBeforeAsync(1, slot - 1, 0)).ShouldBeNull();
        (await AtOrBeforeAsync(3, Slot, 0)).ShouldBeNull();
    }

    [Fact]
    public async Task ReadAllPoints_Range_IsOrderedByDayIdAndSlot()
    {
        var slot = Slot - Day;
        await AppendAsync(Point(3, slot), Point(1, slot + Minute), Point(1, slot), Point(2, slot + Day), Point(1, slot + Day), Point(1, slot - 2 * Minute));
        var all = await ToListAsync(Store.ReadAllPointsAsync(slot, slot + Day, Cancel));
        all.Select(point => (point.InfluencerId, point.Slot)).ShouldBe([(1, slot), (1, slot + Minute), (3, slot), (1, slot + Day), (2, slot + Day)]);
        all[0].Username.ShouldBe("influencer-1");
    }

    [Fact]
    public async Task Username_Changed_IsTheNewest()
    {
        var slot = Slot;
        await TrackAsync(1);
        (await Store.FindInfluencerAsync(1, Cancel))!.Username.ShouldBeNull();
        await AppendAsync(Batch(slot, Point(1, slot) with { Username = "before" }));
        await AppendAsync(Batch(slot + Minute, Point(1, slot + Minute) with { Username = "after" }));
        (await Store.FindInfluencerAsync(1, Cancel))!.Username.ShouldBe("after");
    }

    [Fact]
    public async Task Latest_FromCursor_GivesOnlyWhatChanged()
    {
        var slot = Slot;
        await AppendAsync([.. Enumerable.Range(1, 50).Select(id => Point(id, slot, id))]);
        var all = new List<LatestPoint>();
        var cursor = await PageThroughAsync(null, 7, all);
        all.Select(point => point.InfluencerId).Distinct().Count().ShouldBe(50);

        var news = new List<LatestPoint>();
        cursor = await PageThroughAsync(cursor, 7, news);
        await AppendAsync(Batch(slot + Minute, Point(8, slot + Minute, 88)), Batch(slot - Minute, Point(9, slot - Minute, 99)));
        news.Clear();
        await PageThroughAsync(cursor, 7, news);
        news.Last(point => point.InfluencerId == 8).ShouldBe(new LatestPoint(8, 88, 100, slot + Minute, slot + Minute + 1234, InfluencerStatus.Unknown));
        // A copy of an earlier slot may come, and does not count.
        all.Concat(news).Where(point => point.InfluencerId == 9).MaxBy(point => point.Slot).FollowerCount.ShouldBe(9);
    }

    [Fact]
    public async Task Latest_RosterChanges_AreReported()
    {
        await TrackAsync(1, 2);
        (await LatestAsync()).ShouldAllBe(point => point.Status == InfluencerStatus.Tracked && point.Slot == 0);
        var cursor = await PageThroughAsync(null, 100, []);
        await Store.RemoveInfluencersAsync([2], Cancel);
        var news = new List<LatestPoint>();
        await PageThroughAsync(cursor, 100, news);
        news.Last(point => point.InfluencerId == 2).Status.ShouldBe(InfluencerStatus.Removed);
    }

    [Fact]
    public async Task Latest_ChangesBetweenPages_AreNotLost()
    {
        var slot = Slot;
        await AppendAsync([.. Enumerable.Range(1, 2000).Select(id => Point(id, slot, id))]);
        var all = new List<LatestPoint>();
        var first = await Store.ReadLatestChangesAsync(null, 300, all, Cancel);
        first.HasMore.ShouldBeTrue();
        all.Count.ShouldBeLessThanOrEqualTo(300);
        // Of one that was given already, and of one that was not.
        await AppendAsync(Batch(slot + Minute, Point(1, slot + Minute, 77), Point(2000, slot + Minute, 78), Point(2001, slot + Minute, 79)));
        var cursor = await PageThroughAsync(first.Cursor, 300, all);
        await PageThroughAsync(cursor, 300, all);
        var latest = all.GroupBy(point => point.InfluencerId).ToDictionary(group => group.Key, group => group.Last().FollowerCount);
        latest.Count.ShouldBe(2001);
        (latest[1], latest[2000], latest[2001], latest[2]).ShouldBe((77, 78, 79, 2));
    }

    [Fact]
    public async Task Latest_CursorUsedTwiceOrLate_GivesAllThatChangedSince()
    {
        var slot = Slot;
        await AppendAsync([.. Enumerable.Range(1, 100).Select(id => Point(id, slot, id))]);
        var within = (await Store.ReadLatestChangesAsync(null, 10, new List<LatestPoint>(), Cancel)).Cursor;
        var given = new List<LatestPoint>();
        await Store.ReadLatestChangesAsync(null, 10, given, Cancel);
        // Many others have begun to read meanwhile, more than anybody remembers.
        for (var i = 0; i < 100; i++)
            await Store.ReadLatestChangesAsync(null, 10, new List<LatestPoint>(), Cancel);
        foreach (var _ in new int[2])
        {
            var rest = new List<LatestPoint>(given);
            await PageThroughAsync(within, 10, rest);
            rest.Select(point => point.InfluencerId).Distinct().Count().ShouldBe(100);
        }
    }

    private async Task<long?> AtOrBeforeAsync(long id, long at, long notBefore) =>
        (await Store.ReadPointAtOrBeforeAsync(id, at, notBefore, Cancel))?.FollowerCount;

    private async Task<string> PageThroughAsync(string? cursor, int limit, List<LatestPoint> into)
    {
        LatestPage page;
        do
        {
            var before = into.Count;
            page = await Store.ReadLatestChangesAsync(cursor, limit, into, Cancel);
            (into.Count - before).ShouldBeLessThanOrEqualTo(limit);
            cursor = page.Cursor;
        }
        while (page.HasMore);
        return cursor;
    }
}
