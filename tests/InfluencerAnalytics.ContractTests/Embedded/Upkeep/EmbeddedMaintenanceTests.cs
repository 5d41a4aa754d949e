using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.ContractTests.Embedded.Upkeep;

/// <summary>The background work and its health.</summary>
public sealed class EmbeddedMaintenanceTests
{
    [Fact]
    public async Task RunMaintenance_UnexpectedFailure_IsReportedAndTriedAgain()
    {
        var root = Directory.CreateTempSubdirectory("influencer-analytics-");
        try
        {
            var time = new FakeTimeProvider(TestDatabase.Start);
            var fails = false;
            var options = new EmbeddedOptions { DataDirectory = root.FullName, WriteBufferBytes = 16 << 20, BlockCacheBytes = 8 << 20 };
            using var database = EmbeddedDatabase.Open(
                options, time, NullLoggerFactory.Instance, _ => Volatile.Read(ref fails) ? throw new InvalidOperationException("no such luck") : long.MaxValue);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var health = new WorkerHealth(time);
            var running = database.RunMaintenanceAsync(health, stop.Token);
            Volatile.Write(ref fails, true);
            await WaitAsync(health, time, problems => problems is ["disk: no such luck"]);
            Volatile.Write(ref fails, false);
            await WaitAsync(health, time, problems => problems.Count == 0);
            await stop.CancelAsync();
            await running;
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void CheckDisk_FullForLong_IsToldOnceAndWhenItIsOver()
    {
        using var logs = new ListLoggerFactory();
        using var test = new TestDatabase(options => options with { MinFreeBytes = 1 << 30 }, logs);
        logs.Messages.Clear();
        for (var free = 900L; free > 600; free -= 10)
        {
            test.FreeBytes = free << 20;
            test.Time.Advance(TimeSpan.FromSeconds(2));
            test.Database.Work.CheckDisk();
        }

        logs.Messages.ShouldHaveSingleItem().ShouldStartWith("Intake is stopped: ");
        test.FreeBytes = 2L << 30;
        test.Database.Work.CheckDisk();
        test.Database.Work.CheckDisk();
        logs.Messages.Count.ShouldBe(2);
        logs.Messages.Last().ShouldBe("Intake goes on: there is space again, after 58 s.");
    }

    [Fact]
    public async Task RunMaintenance_FailsForLong_IsToldOnce()
    {
        using var logs = new ListLoggerFactory();
        var fails = false;
        var time = new FakeTimeProvider(TestDatabase.Start);
        var root = Directory.CreateTempSubdirectory("influencer-analytics-");
        try
        {
            var options = new EmbeddedOptions { DataDirectory = root.FullName, WriteBufferBytes = 16 << 20, BlockCacheBytes = 8 << 20 };
            using var database = EmbeddedDatabase.Open(options, time, logs, _ => Volatile.Read(ref fails) ? throw new InvalidOperationException("no such luck") : long.MaxValue);
            Volatile.Write(ref fails, true);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var health = new WorkerHealth(time);
            var running = database.RunMaintenanceAsync(health, stop.Token);
            await WaitAsync(health, time, problems => problems.Count > 0);
            for (var i = 0; i < 20; i++)
            {
                time.Advance(TimeSpan.FromSeconds(2));
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, stop.Token);
            }

            Volatile.Write(ref fails, false);
            await WaitAsync(health, time, problems => problems.Count == 0);
            await WaitAsync(health, time, _ => logs.Messages.Any(line => line.StartsWith("disk: works again, after ", StringComparison.Ordinal)));
            logs.Messages.Count(line => line.StartsWith("disk: a round failed", StringComparison.Ordinal)).ShouldBe(1);
            await stop.CancelAsync();
            await running;
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task RunMaintenance_RollUpFails_IsUnreadyUntilItWorksAgain()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var test = new TestDatabase();
        var start = TestDatabase.Start.ToUnixTimeMilliseconds();
        await test.Database.Store.AppendAsync([new DataPointBatch(start, TimeSpan.FromMinutes(1), [new DataPoint(1, 100, 10, start, start, "x")], [])], cancel);
        var points = test.Database.Native.ColumnFamilies.Single(family => family.Name.StartsWith(ColumnFamilyNames.PointsPrefix, StringComparison.Ordinal));
        Write(test, (batch, key) => batch.Put(points, key, [0]));
        test.Time.Advance(TimeSpan.FromHours(2));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var health = new WorkerHealth(test.Time);
        var running = test.Database.RunMaintenanceAsync(health, stop.Token);
        await WaitAsync(health, test.Time, problems => problems is [var problem] && problem.StartsWith("roll-ups: A stored point", StringComparison.Ordinal));
        test.Database.Work.HoursBehind.ShouldBeGreaterThan(0);

        Write(test, (batch, key) => batch.Delete(points, key));
        await WaitAsync(health, test.Time, problems => problems.Count == 0);
        await WaitAsync(health, test.Time, _ => test.Database.Work.HoursBehind == 0);
        (await test.Database.Store.ReadRollupsAsync(1, RollupPeriod.Hour, 0, start, cancel)).ShouldHaveSingleItem().Count.ShouldBe(1);
        await stop.CancelAsync();
        await running;
        health.Problems(TimeSpan.Zero).ShouldBeEmpty("what was stopped on purpose is not missed");
    }

    // A minute after the point that is stored.
    private static void Write(TestDatabase test, Action<WriteBatchBuffer, byte[]> fill)
    {
        var key = new byte[SeriesKey.Length];
        SeriesKey.Write(key, 1, SlotSeconds.Of(TestDatabase.Start.ToUnixTimeMilliseconds() + 60_000));
        var batch = new WriteBatchBuffer();
        fill(batch, key);
        test.Database.Native.Write(batch);
    }

    private static async Task WaitAsync(WorkerHealth health, FakeTimeProvider time, Func<IReadOnlyList<string>, bool> isThere)
    {
        var cancel = TestContext.Current.CancellationToken;
        var started = TimeProvider.System.GetTimestamp();
        while (!isThere(health.Problems(WorkerHealth.UsualSilence)))
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancel);
        }
    }
}
