using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Embedded.Influencers;

public sealed class LatestReaderTests
{
    private const int Count = 100_000;

    private readonly InfluencerTable _table = new();

    [Fact]
    public void Read_ManyPages_CostsNoMoreThanItGives()
    {
        Fill();
        var reader = new LatestReader(_table);
        var page = new List<LatestPoint>(500);
        reader.Read(0, 500, page);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (cursor, given) = (0L, 0);
        for (var hasMore = true; hasMore;)
        {
            page.Clear();
            (cursor, hasMore) = reader.Read(cursor, 500, page);
            given += page.Count;
        }

        given.ShouldBe(Count);
        // Collecting versions for each of the 200 pages would take a hundred times as much.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(Count * 10);
    }

    [Fact]
    public void Read_CursorOfAnotherLife_GivesEverything()
    {
        Fill();
        var page = new List<LatestPoint>();
        new LatestReader(_table).Read(long.MaxValue / 2, int.MaxValue, page);
        page.Count.ShouldBe(Count);
        page.Clear();
        for (var cursor = -12345L; page.Count < Count;)
            cursor = new LatestReader(_table).Read(cursor, int.MaxValue, page).Cursor;
        page.Count.ShouldBe(Count);
    }

    [Fact]
    public void Read_FewChanges_GivesOnlyThem()
    {
        Fill();
        var reader = new LatestReader(_table);
        var cursor = reader.Read(0, int.MaxValue, new List<LatestPoint>()).Cursor;
        foreach (var row in (int[])[7, 8, 77_777])
            _table.Touch(row);
        var page = new List<LatestPoint>();
        var next = reader.Read(cursor, 2, page);
        next.HasMore.ShouldBeTrue();
        reader.Read(next.Cursor, 2, page).HasMore.ShouldBeFalse();
        page.Select(point => point.InfluencerId).ShouldBe([8L, 9L, 77_778L]);
    }

    private void Fill()
    {
        for (var id = 1; id <= Count; id++)
        {
            var row = _table.GetOrAdd(id);
            _table[row].SlotSeconds = 60;
            _table[row].Status = InfluencerStatus.Tracked;
            _table.Touch(row);
        }
    }
}
