using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>Moves a fake clock in small steps, and lets everything that each step woke come to rest before the next.</summary>
internal static class Pump
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    // This look itself, and what the test platform keeps running.
    private static int _idleThreads = 1;

    /// <summary>Moves the clock on by a time.</summary>
    public static async Task AdvanceAsync(this FakeTimeProvider time, TimeSpan duration, TimeSpan? step = null)
    {
        var end = time.GetUtcNow() + duration;
        await SettleAsync();
        while (time.GetUtcNow() < end)
        {
            var left = end - time.GetUtcNow();
            time.Advance(left < (step ?? Step) ? left : step ?? Step);
            await SettleAsync();
        }
    }

    /// <summary>Moves the clock on until a condition holds; fails when it does not within a time.</summary>
    public static async Task AdvanceUntilAsync(this FakeTimeProvider time, Func<bool> condition, TimeSpan limit, string because = "")
    {
        var end = time.GetUtcNow() + limit;
        await SettleAsync();
        while (!condition())
        {
            (time.GetUtcNow() < end).ShouldBeTrue($"Still not so after {limit}. {because}");
            time.Advance(Step);
            await SettleAsync();
        }
    }

    /// <summary>Moves the clock on until a task is over, and gives its failure. The task must run on the thread pool: it alone is waited for.</summary>
    public static async Task WithClockAsync(this FakeTimeProvider time, Task task, TimeSpan limit)
    {
        await time.AdvanceUntilAsync(() => task.IsCompleted, limit);
        await task;
    }

    /// <summary>Waits until the thread pool has nothing to do but this; bounded, should something else keep it busy.</summary>
    public static Task SettleAsync() => Task.Run(async () =>
    {
        var quiet = 0;
        var started = TimeProvider.System.GetTimestamp();
        while (quiet < 3)
        {
            await Task.Yield();
            var busy = BusyThreads();
            _idleThreads = Math.Min(_idleThreads, busy);
            if (TimeProvider.System.GetElapsedTime(started) > Longest)
            {
                // Not ours, or it would have come to rest: the new measure of idleness.
                _idleThreads = busy;
                return;
            }
            quiet = ThreadPool.PendingWorkItemCount == 0 && busy <= _idleThreads ? quiet + 1 : 0;
        }
    });

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return most - available;
    }
}
