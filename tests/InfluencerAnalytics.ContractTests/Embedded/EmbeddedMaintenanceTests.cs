using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.ContractTests.Embedded;

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
