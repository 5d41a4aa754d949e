using InfluencerAnalytics.ContractTests.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Embedded.Rollups;

/// <summary>Points that come after their hour was rolled up.</summary>
public sealed class EmbeddedLatePointTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly long First = TestDatabase.Start.ToUnixTimeMilliseconds() / Hour * Hour;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Step_ManyMarks_TheLastStepsCostWhatTheFirstDid()
    {
        const int Influencers = 60_000;
        using var test = await OpenDaysLaterAsync();
        await AppendAsync(test, First, Enumerable.Range(1, Influencers));
        var steps = new List<long>();
        using (var counters = new RocksCounters())
        {
            while (test.Database.Work.RollUpStep())
                steps.Add(counters.TakeSkipped());
        }

        steps.Count.ShouldBeInRange(Influencers / 1000, Influencers / 10);
        // Going over all that was deleted before, the last steps would pass hundreds of thousands of keys.
        steps[0].ShouldBeGreaterThan(0);
        steps.Max().ShouldBeLessThanOrEqualTo(2 * steps[0]);
        foreach (var id in new[] { 1, 777, Influencers })
            (await HoursAsync(test, id)).ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Step_LatePointsBetweenSteps_AreNeverForgotten()
    {
        using var test = await OpenDaysLaterAsync();
        var expected = new Dictionary<(int, long), int>();
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            var slot = First + random.Next(6 * 60) * Minute;
            var ids = Enumerable.Range(0, 40).Select(_ => random.Next(1, 200)).Distinct().ToList();
            // Twice in one write, and now and then marks of two slots of an hour at once.
            await AppendAsync(test, slot, ids, slot + Minute);
            foreach (var id in ids)
            {
                Add(expected, id, slot);
                Add(expected, id, slot + Minute);
            }

            if (round % 3 == 0)
                test.Database.Work.RollUpStep();
            if (round % 20 == 19)
                test.OpenAfterCrash($"copy-{round}");
        }

        for (var check = 0; check < 2; check++)
        {
            foreach (var group in expected.Keys.GroupBy(key => (Id: key.Item1, Hour: key.Item2 / Hour * Hour)))
            {
                var hour = (await test.Database.Store.ReadRollupsAsync(group.Key.Id, RollupPeriod.Hour, group.Key.Hour, group.Key.Hour, Cancel)).ShouldHaveSingleItem();
                hour.Count.ShouldBe(group.Count());
            }

            foreach (var group in expected.Keys.GroupBy(key => key.Item1))
                (await test.Database.Store.ReadRollupsAsync(group.Key, RollupPeriod.Day, 0, long.MaxValue / 4, Cancel)).Sum(day => day.Count).ShouldBe(group.Count());
            test.Database.Work.RollUp();
        }
    }

    [Fact]
    public async Task Step_WhilePointsComeIn_EndsRightAndKeepsNobodyWaiting()
    {
        using var test = await OpenDaysLaterAsync();
        await AppendAsync(test, First, Enumerable.Range(1, 5000));
        using var done = new CancellationTokenSource();
        var rolling = Task.Run(() =>
        {
            while (!done.IsCancellationRequested || test.Database.Work.RollUpStep())
                test.Database.Work.RollUpStep();
        }, Cancel);
        // Each is in some step's hands when it gets another point.
        for (var minute = 1; minute <= 20; minute++)
            await AppendAsync(test, First + minute * Minute, Enumerable.Range(1, 5000));
        await done.CancelAsync();
        await rolling;
        for (var id = 1; id <= 5000; id += 7)
            (await HoursAsync(test, id)).ShouldHaveSingleItem().Count.ShouldBe(21);
        // And what is stored is right as well: nothing is left to be computed.
        test.Database.Work.RollUpStep().ShouldBeFalse();
    }

    [Fact]
    public async Task Retention_LateDataKeepsComing_TheDayIsDroppedAllTheSameAndItIsCounted()
    {
        using var test = await OpenDaysLaterAsync(6.9);
        var slot = First + 30 * Minute;
        var expired = 0;
        for (var round = 0; round < 100; round++)
        {
            expired += (await AppendAsync(test, slot + round * Minute, Enumerable.Range(1, 300))).Expired;
            // One step a round: far from enough for what comes in.
            test.Database.Work.RollUpStep();
            test.Time.Advance(TimeSpan.FromMinutes(30));
            test.Database.Work.ApplyRetention();
        }

        expired.ShouldBeGreaterThan(0);
        Families(test).ShouldNotContain($"points-{First / Day}");
        // Of the hours that were marked before the day was closed, all or nearly all were put right first.
        (await HoursAsync(test, 1)).ShouldHaveSingleItem().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Retention_MarksOfTheDay_ArePutRightBeforeItIsDropped()
    {
        using var test = await OpenDaysLaterAsync(6.5);
        await AppendAsync(test, First, Enumerable.Range(1, 2000));
        test.Time.Advance(TimeSpan.FromDays(2));
        RollUpHours(test);
        test.Database.Work.ApplyRetention();
        Families(test).ShouldContain($"points-{First / Day}", "its late points are not rolled up yet");
        (await AppendAsync(test, First + Minute, [1])).Expired.ShouldBe(1, "but it takes no more");
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        Families(test).ShouldNotContain($"points-{First / Day}");
        (await HoursAsync(test, 2000)).ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retention_MarksAreNotPutRightInTime_TheDayGoesAndItIsSaid()
    {
        using var logs = new ListLoggerFactory();
        using var test = await OpenDaysLaterAsync(6.5, logs);
        await AppendAsync(test, First, Enumerable.Range(1, 2000));
        test.Time.Advance(TimeSpan.FromDays(2));
        RollUpHours(test);
        test.Database.Work.ApplyRetention();
        test.Time.Advance(TimeSpan.FromMinutes(61));
        test.Database.Work.ApplyRetention();
        Families(test).ShouldNotContain($"points-{First / Day}");
        logs.Messages.ShouldContain(line => line.Contains("is dropped although", StringComparison.Ordinal));
        test.Database.Work.RollUp();
    }

    [Fact]
    public async Task Retention_WriteOfAMarkFailed_DoesNotWaitForIt()
    {
        using var test = await OpenDaysLaterAsync(6.5);
        var bad = new DataPointBatch(1500, Interval, [new DataPoint(1, 1, 1, 1500, 0, "x")], []);
        var late = new DataPointBatch(First, Interval, [new DataPoint(1, 1, 1, First, First, "x")], []);
        await AppendAsync(test, First, [2]);
        await Should.ThrowAsync<StoreRefusedException>(async () => await test.Database.Store.AppendAsync([late, bad], Cancel));
        test.Time.Advance(TimeSpan.FromDays(2));
        test.Database.Work.RollUp();
        test.Database.Work.ApplyRetention();
        Families(test).ShouldNotContain($"points-{First / Day}");
    }

    /// <summary>Made when the first hour began, so that its hours are rolled up.</summary>
    private static async Task<TestDatabase> OpenDaysLaterAsync(double days = 2, ListLoggerFactory? logs = null)
    {
        var test = new TestDatabase(logs: logs);
        await AppendAsync(test, First, [100_000]);
        test.Time.Advance(TimeSpan.FromDays(days));
        test.Database.Work.RollUp();
        return test;
    }

    // The hours that have passed, and none of the marks.
    private static void RollUpHours(TestDatabase test)
    {
        while (test.Database.Work.HoursBehind > 0)
            test.Database.Work.RollUpStep();
    }

    private static void Add(Dictionary<(int, long), int> counts, int id, long slot) => counts[(id, slot)] = 1;

    private static async Task<AppendResult> AppendAsync(TestDatabase test, long slot, IEnumerable<int> ids, params long[] more) =>
        await test.Database.Store.AppendAsync(
            [.. more.Prepend(slot).Select(at => new DataPointBatch(at, Interval, [.. ids.Select(id => new DataPoint(id, id, 1, at, at, "x"))], []))], Cancel);

    private static async Task<IReadOnlyList<Rollup>> HoursAsync(TestDatabase test, long id) =>
        await test.Database.Store.ReadRollupsAsync(id, RollupPeriod.Hour, First, First, Cancel);

    private static IEnumerable<string> Families(TestDatabase test) => test.Database.Native.ColumnFamilies.Select(family => family.Name);
}
