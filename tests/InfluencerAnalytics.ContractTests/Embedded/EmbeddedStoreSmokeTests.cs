using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.ContractTests.Embedded;

public sealed class EmbeddedStoreSmokeTests
{
    [Fact]
    public async Task Everything_AfterCrash_IsThere()
    {
        using var test = new TestDatabase();
        var ct = TestContext.Current.CancellationToken;
        var store = test.Database.Store;
        (await store.AddInfluencersAsync([1, 2, 3], 0, ct)).ShouldBe(new RosterAddResult(true, 3, 0));
        var slot = TestDatabase.Start.ToUnixTimeMilliseconds();
        var batch = new DataPointBatch(slot, TimeSpan.FromMinutes(1),
            [new DataPoint(1, 100, 10, slot, slot + 5, "a"), new DataPoint(2, 200, 20, slot, slot + 7, "b"), new DataPoint(1, 1, 1, slot, slot, "a")], [new Miss(3, MissReason.NotFound)]);
        (await store.AppendAsync([batch], ct)).ShouldBe(new AppendResult(2, 1, 0));
        (await store.AppendAsync([batch], ct)).ShouldBe(new AppendResult(0, 3, 0));
        for (var round = 0; round < 3; round++)
        {
            (await store.ReadPointsAsync(1, slot, slot, 10, ct)).ShouldBe([new DataPoint(1, 100, 10, slot, slot + 5, "a")]);
            var counts = await store.CountRosterAsync(ct);
            (counts.Tracked, counts.Gone).ShouldBe((2, 1));
            var into = new List<LatestPoint>();
            (await store.ReadLatestChangesAsync(0, 100, into, ct)).HasMore.ShouldBeFalse();
            into.Count.ShouldBe(3);
            var summary = (await store.ReadSlotsAsync(slot, slot, ct)).ShouldHaveSingleItem();
            summary.Stored.ShouldBe(2);
            summary.Missed[MissReason.NotFound].ShouldBe(1);
            (await store.FindInfluencerAsync(2, ct))!.Username.ShouldBe("b");
            (await store.ReadRollupsAsync(1, RollupPeriod.Hour, slot - 3600_000, slot, ct)).ShouldHaveSingleItem().Count.ShouldBe(1);
            store = round == 0 ? test.OpenAfterCrash().Store : test.Reopen().Store;
        }
    }
}
