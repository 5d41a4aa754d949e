using CsCheck;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.ContractTests.Embedded.Stores;

/// <summary>The store held against a dictionary, under random appends, restarts, crashes, checkpoints and roll-ups.</summary>
public sealed class EmbeddedStoreModelTests
{
    private const int Influencers = 12;
    private const int Slots = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly long First = TestDatabase.Start.ToUnixTimeMilliseconds();

    private static readonly Gen<DataPoint> GenPoint =
        from id in Gen.Long[1, Influencers]
        from slot in Gen.Int[0, Slots - 1]
        from followers in Gen.OneOf(Gen.Long[0, 1000], Gen.Long[0, 3_000_000_000], Gen.Long[0, long.MaxValue / 1_000_000])
        from following in Gen.OneOf(Gen.Long[0, 1000], Gen.Long[0, long.MaxValue / 1_000_000])
        from offset in Gen.OneOf(Gen.Long[0, 60_000], Gen.Long[-10_000_000_000, 10_000_000_000])
        select new DataPoint(id, followers, following, First + slot * 60_000L, First + slot * 60_000L + offset, $"influencer-{id}");

    private static readonly Gen<(int Kind, DataPoint[] Points)> GenStep = Gen.Select(Gen.Int[0, 9], GenPoint.Array[1, 25]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_RandomSteps_AgreesWithTheModel() =>
        await GenStep.Array[1, 20].SampleAsync(async steps =>
        {
            using var test = new TestDatabase();
            var model = new Dictionary<(long, long), DataPoint>();
            var crashes = 0;
            foreach (var (kind, points) in steps)
            {
                if (kind == 0)
                    test.Reopen();
                else if (kind == 1)
                    test.OpenAfterCrash($"copy-{crashes++}");
                else if (kind == 2)
                    test.Database.Work.Checkpoint();
                else if (kind == 3)
                {
                    test.Time.Advance(TimeSpan.FromHours(2));
                    test.Database.Work.RollUp();
                }
                else
                    await AppendAsync(test, model, points);
            }

            await CompareAsync(test.Database.Store, model);
        }, iter: 40, threads: 1);

    [Fact]
    public void PointCodec_AnyPoint_ReadsBack() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.Long).Sample((followers, following, retrievedAt) =>
            RoundTrip(followers, following, retrievedAt), iter: 10_000);

    [Fact]
    public void PointCodec_EachLength_ReadsBack()
    {
        for (var bits = 0; bits < 63; bits++)
        {
            var value = 1L << bits;
            RoundTrip(value, 7, First).ShouldBeTrue();
            RoundTrip(7, value, First).ShouldBeTrue();
            RoundTrip(value - 1, value - 1, First - value / 2).ShouldBeTrue();
            RoundTrip(0, 0, First + value / 2).ShouldBeTrue();
        }
    }

    [Fact]
    public void InfluencerTable_RandomIds_FindsEachAndNoOther() =>
        Gen.Long[1, InfluencerIds.Max].HashSet[1, 3000].Sample(ids =>
        {
            var table = new InfluencerTable();
            var rows = ids.ToDictionary(id => id, table.GetOrAdd);
            return table.Count == ids.Count
                && rows.All(pair => table.Find(pair.Key) == pair.Value && table[pair.Value].Id == pair.Key && table.GetOrAdd(pair.Key) == pair.Value)
                && ids.All(id => ids.Contains(id + 1) || table.Find(id + 1) < 0)
                && table.SortedIds().SequenceEqual(ids.Order());
        }, iter: 200);

    [Fact]
    public void InfluencerTable_MillionInARun_FindsEach()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var table = new InfluencerTable();
        for (var id = 1_000_000L; id < 2_000_000; id++)
            table.GetOrAdd(id);
        for (var id = 1_000_000L; id < 2_000_000; id += 97)
            table.Find(id).ShouldBe((int)(id - 1_000_000));
        table.Find(2_000_000).ShouldBe(-1);
        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        used.ShouldBeLessThan(100_000_000);
        GC.KeepAlive(table);
    }

    private static async Task AppendAsync(TestDatabase test, Dictionary<(long, long), DataPoint> model, DataPoint[] points)
    {
        var inserted = points.Count(point => model.TryAdd((point.InfluencerId, point.Slot), point));
        // One batch for each run of points of the same slot, so that the order is that of the model.
        var batches = points.Select(point => new DataPointBatch(point.Slot, Interval, [point], [])).ToList();
        (await test.Database.Store.AppendAsync(batches, Cancel)).ShouldBe(new AppendResult(inserted, points.Length - inserted, 0));
    }

    private static async Task CompareAsync(IInfluencerStore store, Dictionary<(long, long), DataPoint> model)
    {
        var stored = new List<DataPoint>();
        await foreach (var point in store.ReadAllPointsAsync(0, long.MaxValue / 4, Cancel))
            stored.Add(point);
        stored.ShouldBe(model.Values.OrderBy(point => point.InfluencerId).ThenBy(point => point.Slot));

        var latest = new List<LatestPoint>();
        await store.ReadLatestChangesAsync(null, int.MaxValue, latest, Cancel);
        latest.OrderBy(point => point.InfluencerId).ShouldBe(
            model.Values.GroupBy(point => point.InfluencerId).OrderBy(group => group.Key).Select(group => group.MaxBy(point => point.Slot))
                .Select(point => new LatestPoint(point.InfluencerId, point.FollowerCount, point.FollowingCount, point.Slot, point.RetrievedAt, InfluencerStatus.Unknown)));

        foreach (var slot in await store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel))
        {
            var expected = model.Values.Where(point => point.Slot == slot.Slot).ToList();
            slot.Stored.ShouldBe(expected.Count);
            slot.FollowerSum.ShouldBe(expected.Aggregate((Int128)0, (sum, point) => sum + point.FollowerCount));
        }

        (await store.ReadSlotHoursAsync(0, long.MaxValue / 4, Cancel)).ShouldBe(SlotSum.Together((await store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel)).Select(SlotSum.Of), 3_600_000));
        foreach (var (period, length) in new[] { (RollupPeriod.Hour, 3_600_000L), (RollupPeriod.Day, 86_400_000L) })
        {
            var rollups = new List<Rollup>();
            await foreach (var rollup in store.ReadAllRollupsAsync(period, 0, long.MaxValue / 4, Cancel))
                rollups.Add(rollup);
            rollups.ShouldBe(model.Values.GroupBy(point => (point.InfluencerId, Start: point.Slot / length * length)).OrderBy(group => group.Key)
                .Select(group => ToRollup(group.Key.InfluencerId, period, group.Key.Start, [.. group.OrderBy(point => point.Slot)])));
        }
    }

    private static Rollup ToRollup(long id, RollupPeriod period, long start, List<DataPoint> points)
    {
        var followers = RollupColumn.Of(points[0].FollowerCount);
        var following = RollupColumn.Of(points[0].FollowingCount);
        foreach (var point in points.Skip(1))
        {
            followers = followers.Add(point.FollowerCount);
            following = following.Add(point.FollowingCount);
        }

        return new Rollup(id, period, start, points.Count, followers, following);
    }

    private static bool RoundTrip(long followers, long following, long retrievedAt)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        Span<byte> value = stackalloc byte[PointCodec.MaxValueLength];
        var point = new DataPoint(42, followers, following, First, retrievedAt, "x");
        SeriesKey.Write(key, 42, SlotSeconds.Of(First));
        var length = PointCodec.WriteValue(value, point, First);
        return PointCodec.Read(key, value[..length], "x") == point;
    }
}
