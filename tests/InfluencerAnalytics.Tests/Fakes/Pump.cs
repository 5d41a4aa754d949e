using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>
/// Moves a fake clock in small steps, and lets everything that each step woke come to rest before the next. It does so on a thread of its own:
/// the thread pool is left to the code under test, so that an idle pool means that nothing is under way.
/// </summary>
internal static class Pump
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    // What a step wakes takes milliseconds, and seconds only where other processes have the processors. Nobody else's work is on the pool: these tests run alone.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // What is stuck is likely to stay so: the tests after it fail by it as well, but do not take half a minute each.
    private static readonly TimeSpan LongestAfterFailure = TimeSpan.FromSeconds(1);

    private static bool _hasFailed;

    /// <summary>Moves the clock on by a time.</summary>
    public static Task AdvanceAsync(this FakeTimeProvider time, TimeSpan duration, TimeSpan? step = null) => OnItsOwnThread(() =>
    {
        var end = time.GetUtcNow() + duration;
        Settle();
        while (time.GetUtcNow() < end)
        {
            var left = end - time.GetUtcNow();
            time.Advance(left < (step ?? Step) ? left : step ?? Step);
            Settle();
        }
    });

    /// <summary>Moves the clock on until a condition holds; fails when it does not within a time.</summary>
    public static Task AdvanceUntilAsync(this FakeTimeProvider time, Func<bool> condition, TimeSpan limit) => OnItsOwnThread(() =>
    {
        var end = time.GetUtcNow() + limit;
        Settle();
        while (!condition())
        {
            (time.GetUtcNow() < end).ShouldBeTrue($"Still not so after {limit}.");
            time.Advance(Step);
            Settle();
        }
    });

    /// <summary>Moves the clock on until a task is over, and gives its failure. The task must run on the thread pool: it alone is waited for.</summary>
    public static async Task WithClockAsync(this FakeTimeProvider time, Task task, TimeSpan limit)
    {
        await time.AdvanceUntilAsync(() => task.IsCompleted, limit);
        await task;
    }

    /// <summary>Waits until everything under way has come to rest.</summary>
    /// <exception cref="TimeoutException">It does not. No thread is taken for idle then: by that, work of the next steps would not be waited for.</exception>
    public static Task SettleAsync(TimeSpan? longest = null) => OnItsOwnThread(() => Settle(longest));

    private static Task OnItsOwnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Settle(TimeSpan? longest = null)
    {
        var limit = longest ?? (_hasFailed ? LongestAfterFailure : Longest);
        var quiet = 0;
        var look = new SpinWait();
        var started = TimeProvider.System.GetTimestamp();
        while (quiet < 3)
        {
            var (busy, waiting) = (BusyThreads(), ThreadPool.PendingWorkItemCount);
            quiet = busy == 0 && waiting == 0 ? quiet + 1 : 0;
            if (quiet == 0 && TimeProvider.System.GetElapsedTime(started) > limit)
            {
                _hasFailed = true;
                throw new TimeoutException($"Not at rest within {limit}: pool threads busy: {busy}, work items waiting: {waiting}.");
            }
            // Yields first, and sleeps when it takes longer: the code under test may need this processor.
            look.SpinOnce();
        }
        _hasFailed = false;
    }

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return most - available;
    }
}
