using InfluencerAnalytics.Host.Api.Configuration;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>The exports that run: so many and no more, on so many threads and no more. Safe for concurrent use.</summary>
internal sealed class RunningExports(ApiOptions options)
{
    /// <summary>
    /// A page of an export is milliseconds of reading and formatting without a pause. On every thread of the pool at once they would keep fetchers
    /// waiting, and readings would come too late for their slot; on half the processors they are only slower themselves.
    /// </summary>
    private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair(
        TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2), maxItemsPerTask: 1).ConcurrentScheduler;

    private int _running;

    /// <summary>Null when as many run as may. Dispose it when the export is over, however it ended.</summary>
    public IDisposable? TryEnter()
    {
        if (Interlocked.Increment(ref _running) <= options.MaxExports)
            return new Place(this);
        Interlocked.Decrement(ref _running);
        return null;
    }

    /// <summary>The same answer, made on the threads that exports have.</summary>
    public IResult OnItsThreads(IResult answer) => new ScheduledResult(answer, _scheduler);

    private sealed class Place(RunningExports owner) : IDisposable
    {
        private bool _isLeft;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isLeft, true))
                Interlocked.Decrement(ref owner._running);
        }
    }

    private sealed class ScheduledResult(IResult answer, TaskScheduler scheduler) : IResult
    {
        // What is awaited below comes back to this scheduler.
        public Task ExecuteAsync(HttpContext httpContext) =>
            Task.Factory.StartNew(() => answer.ExecuteAsync(httpContext), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
    }
}
