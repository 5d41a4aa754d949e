using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Tests.Stores.Roster;

public sealed class MissMergeTests
{
    [Fact]
    public void Merge_SameInfluencerInSeveralSlots_TheNewestCounts()
    {
        var (misses, hasMore) = MissMerge.Merge([(3, [new Miss(2, MissReason.Timeout)]), (1, [new Miss(1, MissReason.NotFound), new Miss(2, MissReason.Throttled)])], 10);
        misses.ShouldBe([(1, 1, MissReason.NotFound), (2, 3, MissReason.Timeout)]);
        hasMore.ShouldBeFalse();
    }

    [Fact]
    public void Merge_PageByPage_GivesWhatAllAtOnceGives() => Gen.Select(Gen.Long[1, 60].HashSet[0, 40].Array[1, 4], Gen.Int[1, 7]).Sample((slots, limit) =>
    {
        var whole = slots.Select((ids, i) => (Slot: 100L - i, Misses: ids.Order().Select(id => new Miss(id, MissReason.Timeout)).ToList())).ToList();
        var (all, _) = MissMerge.Merge([.. whole.Select(one => (one.Slot, (IReadOnlyList<Miss>)one.Misses))], int.MaxValue);
        var paged = new List<(long, long, MissReason)>();
        var after = 0L;
        for (var isMore = true; isMore;)
        {
            (var page, isMore) = MissMerge.Merge(
                [.. whole.Select(one => (one.Slot, (IReadOnlyList<Miss>)[.. one.Misses.Where(miss => miss.InfluencerId > after).Take(limit)]))], limit);
            paged.AddRange(page);
            if (page.Count > 0)
                after = page[^1].InfluencerId;
        }
        paged.ShouldBe(all);
    });
}
