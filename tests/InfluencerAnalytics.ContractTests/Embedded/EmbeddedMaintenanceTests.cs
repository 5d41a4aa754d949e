using InfluencerAnalytics.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.ContractTests.Embedded;

/// <summary>The loops of the background work.</summary>
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
            var running = database.RunMaintenanceAsync(stop.Token);
            Volatile.Write(ref fails, true);
            await WaitAsync(database, time, detail => detail?.Contains("disk: no such luck", StringComparison.Ordinal) == true);
            Volatile.Write(ref fails, false);
            await WaitAsync(database, time, detail => detail is null);
            await stop.CancelAsync();
            await running;
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static async Task WaitAsync(EmbeddedDatabase database, FakeTimeProvider time, Func<string?, bool> isThere)
    {
        var cancel = TestContext.Current.CancellationToken;
        var started = TimeProvider.System.GetTimestamp();
        while (!isThere((await database.Store.GetStatusAsync(cancel)).Detail))
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancel);
        }
    }
}
