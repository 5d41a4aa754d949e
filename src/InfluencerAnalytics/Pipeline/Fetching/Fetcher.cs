using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Receives shards as they come due and has them visited. At stop it receives no more and lets the visits in hand finish.</summary>
internal sealed class Fetcher(
    IMessageQueues queues,
    FetchConditions conditions,
    Visits visits,
    MessageSorter sorter,
    FetchingOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<Fetcher> logger) : Worker("fetcher", health, timeProvider, logger)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    // Requests in flight get half of the time that a stop has; visits that wait for quick retries or a due time end then.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(3);

    private readonly IMessageQueue _queue = queues.Get(QueueNames.InfluencerIdStore);

    private readonly PollPace _pace = new(QueueLimits.MaxEntries);
    private TimeSpan _pause = options.PollPause;

    protected override TimeSpan IdlePause => _pause;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        _pause = options.PollPause;
        if (await conditions.WhyNotAsync(stopping) is { } reason)
            return WorkResult.Blocked(reason);
        if (visits.AreFull)
            return WorkResult.Idle;

        sorter.Check();
        var duration = visits.HoldDuration;
        // A queue that hangs is noticed after the wait: it must be short against the interval, of which a hold is a third.
        var messages = await _queue.ReceiveAsync(QueueLimits.MaxEntries, duration, LongPoll < duration / 2 ? LongPoll : duration / 2, stopping);
        await sorter.SortAsync(messages, duration, stopping);
        // A shard that waits for the next poll loses time of its slot: an eighth of a hold is a twenty-fourth of the interval.
        // Twice as long as its re-arming waits for others, since a tenth of the shards may be all that come to one of ten fetchers.
        var longest = _queue.BatchDelay * 2;
        _pause = _pace.After(messages.Count, options.PollPause, longest < duration / 8 ? longest : duration / 8);
        return _pause == TimeSpan.Zero ? WorkResult.Worked : WorkResult.Idle;
    }

    protected override ValueTask DrainAsync(CancellationToken deadline) => visits.DrainAsync(DrainGrace, deadline);
}
