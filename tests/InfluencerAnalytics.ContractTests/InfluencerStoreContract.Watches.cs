using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Suspicion;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Tests.Suspicion;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task Watches_Written_AreReadAsTheyWereWithTheirProgress()
    {
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(default);
        (await WatchesAsync(1, 7)).ShouldBeEmpty();
        var to = new WatchProgress(0, Slot - 5 * Hour, Slot - 2 * Hour, 7);
        (await Store.WriteWatchesAsync([Watch(7, 1), Watch(9_007_199_254_740_991, 2)], default, to, Cancel)).ShouldBeTrue();
        for (var round = 0; round < 2; round++)
        {
            (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(to);
            var kept = await WatchesAsync(9_007_199_254_740_991, 8, 7);
            kept.Count.ShouldBe(2);
            ShouldBeSame(kept[0], Watch(7, 1));
            ShouldBeSame(kept[1], Watch(9_007_199_254_740_991, 2));
            await RestartAsync();
        }
    }

    [Fact]
    public async Task Watches_OfAProgressThatIsNotSoAnyMore_AreNotWritten()
    {
        var first = new WatchProgress(0, 0, Slot / Hour * Hour, 7);
        (await Store.WriteWatchesAsync([Watch(7, 1)], default, first, Cancel)).ShouldBeTrue();
        foreach (var other in new[] { default, first with { Round = 1 }, first with { AfterId = 8 }, first with { Until = first.Until + Hour }, first with { FoldedUntil = Hour } })
            (await Store.WriteWatchesAsync([Watch(7, 2), Watch(8, 2)], other, first.End(), Cancel)).ShouldBeFalse();
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(first);
        ShouldBeSame((await WatchesAsync(7, 8)).ShouldHaveSingleItem(), Watch(7, 1));
        (await Store.WriteWatchesAsync([Watch(7, 3)], first, first.End(), Cancel)).ShouldBeTrue();
        (await Store.WriteWatchesAsync([], first.End(), first.End().Anew(), Cancel)).ShouldBeTrue();
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(new WatchProgress(1, 0, 0, 0));
        ShouldBeSame((await WatchesAsync(7)).ShouldHaveSingleItem(), Watch(7, 3));
    }

    [Fact]
    public async Task Watches_Dropped_AreThoseOfLongAgo()
    {
        var until = Slot / Hour * Hour;
        await Store.WriteWatchesAsync([.. Enumerable.Range(1, 5).Select(id => Watch(id, 1) with { Until = until - id * Hour })], default, default, Cancel);
        (await Store.DropWatchesAsync(until - 3 * Hour, Cancel)).ShouldBe(2);
        (await WatchesAsync(1, 2, 3, 4, 5)).Select(watch => watch.InfluencerId).ShouldBe([1L, 2L, 3L]);
        (await Store.DropWatchesAsync(until - 3 * Hour, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Hours_OfPagesOfInfluencers_AreEveryRollupOfTheRangeOnce()
    {
        var hour = Slot / Hour * Hour;
        await TrackAsync(2, 3, 5, 8);
        for (var i = 0; i < 3; i++)
        {
            await AppendAsync([.. new long[] { 2, 3, 8 }.Select(id => Point(id, hour + i * Hour + id * Minute, 1000 + 10 * i + id))]);
            await PassAsync(TimeSpan.FromHours(1));
        }
        await PassAsync(TimeSpan.FromHours(1));
        await MaintainAsync();
        (await Store.ReadRolledUpUntilAsync(Cancel)).ShouldBe(hour + 3 * Hour);
        // A late one, which belongs to an hour that is rolled up.
        await AppendAsync(Point(3, hour + Hour + 30 * Minute, 7));
        foreach (var influencers in new[] { 1, 2, 100 })
        {
            var read = new List<Rollup>();
            var afterId = 0L;
            while (await Store.ReadHoursAsync(afterId, influencers, hour, hour + 2 * Hour, Cancel) is { LastId: { } last } page)
            {
                page.Hours.Select(one => one.InfluencerId).Distinct().Count().ShouldBeLessThanOrEqualTo(influencers);
                page.Hours.ShouldAllBe(one => one.InfluencerId > afterId && one.InfluencerId <= last);
                read.AddRange(page.Hours);
                afterId = last;
            }
            read.Select(one => (one.InfluencerId, one.Start - hour, one.Followers.Last)).ShouldBe(
            [
                (2, 0, 1002), (2, Hour, 1012), (3, 0, 1003), (3, Hour, 7), (8, 0, 1008), (8, Hour, 1018),
            ]);
        }
    }

    [Fact]
    public async Task Opinions_OfHoursAsTheyClose_AreThoseOfTheWholeSeries()
    {
        var start = Slot / Day * Day;
        var (bought, calm) = (Series(start, MinuteSeries.Calm(1, 131_000, 3).Bought(2 * MinuteSeries.Day + 3 * 60 + 12, 0.14, 6)), Series(start, MinuteSeries.Calm(2, 40_000, 3)));
        await TrackAsync(5, 6);
        await PassAsync(TimeSpan.FromMilliseconds(start + Day - Slot));
        for (var hour = 24; hour < 3 * 24; hour++)
        {
            await PassAsync(TimeSpan.FromHours(1));
            await AppendAsync([.. Of(5, bought, hour), .. Of(6, calm, hour)]);
            if (hour % 5 != 0)
                continue;
            await MaintainAsync();
            // Each time as by a process that has just started.
            await RestartAsync();
            await FoldAsync();
        }
        await PassAsync(TimeSpan.FromHours(1));
        await MaintainAsync();
        await FoldAsync();
        var watches = await WatchesAsync(5, 6);
        watches.Select(watch => (watch.Since, watch.Until)).ShouldBe([(start + Day, start + 3 * Day), (start + Day, start + 3 * Day)]);
        var opinion = OwnOpinion.Of(watches[0])!;
        var whole = bought.Fold(new SuspicionWatch(), fromHour: 24).Judge(watches[0].ComputedAt);
        (opinion.Score, opinion.ComputedAt).ShouldBe((whole.Score, whole.ComputedAt));
        opinion.Reasons.ShouldBe(whole.Reasons);
        opinion.Reasons[0].Code.ShouldBe(SuspicionCodes.Burst);
        opinion.Reasons[0].Text.ShouldContain(" at 03:1");
        OwnOpinion.Of(watches[1])!.IsSuspicious.ShouldBeFalse();
    }

    [Fact]
    public async Task Opinions_OfAPassThatIsCutShort_HaveEachHourOnce()
    {
        const int Influencers = 1200;
        var hour = Slot / Hour * Hour;
        for (var i = 0; i < 3; i++)
        {
            await AppendAsync([.. Enumerable.Range(1, Influencers).Select(id => Point(id, hour + i * Hour, 1000 + id * (i + 1)))]);
            await PassAsync(TimeSpan.FromHours(1));
        }
        await PassAsync(TimeSpan.FromHours(1));
        await MaintainAsync();
        await FoldAsync(steps: 1);
        var first = await WatchesAsync([.. Enumerable.Range(1, Influencers).Select(static id => (long)id)]);
        first.Count.ShouldBeInRange(1, Influencers - 1);
        await RestartAsync();
        await FoldAsync();
        await FoldAsync();
        var all = await WatchesAsync([.. Enumerable.Range(1, Influencers).Select(static id => (long)id)]);
        all.ShouldAllBe(watch => watch.Until == hour + 3 * Hour && watch.Since == hour);
        all.Count.ShouldBe(Influencers);
        for (var i = 0; i < first.Count; i++)
            ShouldBeSame(all[i], first[i]);
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(new WatchProgress(0, hour + 3 * Hour, hour + 3 * Hour, 0));
        foreach (var watch in all)
        {
            var expected = new SuspicionWatch();
            foreach (var rollup in await Store.ReadRollupsAsync(watch.InfluencerId, RollupPeriod.Hour, 0, hour + 4 * Hour, Cancel))
                expected.Fold(rollup);
            var bytes = new byte[SuspicionWatchFormat.MaxLength];
            watch.State.ShouldBe(bytes[..SuspicionWatchFormat.Write(expected, bytes)]);
        }
    }

    [Fact]
    public async Task Opinions_BegunAnew_AreMadeOfTheOldestHoursThatAreKept()
    {
        var hour = Slot / Hour * Hour;
        for (var i = 0; i < 4; i++)
        {
            await AppendAsync(Point(1, hour + i * Hour, 1000 + i), Point(2, hour + i * Hour, 5));
            await PassAsync(TimeSpan.FromHours(1));
        }
        await PassAsync(TimeSpan.FromHours(1));
        await MaintainAsync();
        await FoldAsync();
        // A past that comes in afterwards.
        await Store.ImportRollupsAsync([.. Enumerable.Range(-30, 30).Select(i => new Rollup(1, RollupPeriod.Hour, hour + i * Hour, 60, RollupColumn.Of(900 + i), RollupColumn.Of(1)))], Cancel);
        await FoldAsync();
        (await WatchesAsync(1)).ShouldHaveSingleItem().Since.ShouldBe(hour);
        var progress = await Store.ReadWatchProgressAsync(Cancel);
        (await Store.WriteWatchesAsync([], progress, progress.Anew(), Cancel)).ShouldBeTrue();
        await FoldAsync();
        (await WatchesAsync(1, 2)).Select(watch => (watch.Since - hour, watch.Until - hour, watch.Round)).ShouldBe([(-30 * Hour, 4 * Hour, 1), (0, 4 * Hour, 1)]);
        OwnOpinion.IsKnown(OwnOpinion.Of((await WatchesAsync(1))[0])!).ShouldBeTrue();
        OwnOpinion.IsKnown(OwnOpinion.Of((await WatchesAsync(2))[0])!).ShouldBeFalse();
    }

    private static MinuteSeries Series(long start, MinuteSeries series) => series.MovedBy(start - MinuteSeries.SomeStart);

    private static IEnumerable<DataPoint> Of(long id, MinuteSeries series, int hour) =>
        series.Readings(hour * 60, hour * 60 + 60).Select(point => point with { InfluencerId = id, Username = $"influencer-{id}" });

    // As by a process of its own.
    private async Task FoldAsync(int steps = int.MaxValue)
    {
        using var metrics = new WatchingMetrics();
        var passes = new WatchPasses(Store, Store, new WatchFolder(Store, Store, metrics, new SteppableTime(Now)), new WatchingOptions { HoursAtOnce = 1 }, metrics);
        while (steps-- > 0 && await passes.StepAsync(Cancel))
        {
        }
    }

    private KeptWatch Watch(long id, byte version) => new(id, version, Slot / Hour * Hour - 9 * Hour, Slot / Hour * Hour, Slot + version, [version, 0, 255, (byte)id]);

    private static void ShouldBeSame(KeptWatch actual, KeptWatch expected)
    {
        actual.State.ShouldBe(expected.State);
        (actual with { State = [] }).ToString().ShouldBe((expected with { State = [] }).ToString());
    }

    private async Task<List<KeptWatch>> WatchesAsync(params long[] ids) => [.. (await Store.ReadWatchesAsync(ids, Cancel)).OrderBy(watch => watch.InfluencerId)];
}
