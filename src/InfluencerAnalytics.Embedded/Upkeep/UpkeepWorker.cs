using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Upkeep;

/// <summary>One part of the background work of an open database.</summary>
/// <param name="name">As its health and the log call it.</param>
/// <param name="first">How long it waits before the first round: a start has enough to do.</param>
/// <param name="round">Does a round. Returns how long to wait then.</param>
internal sealed class UpkeepWorker(
    string name, TimeSpan first, Func<TimeSpan> round, DamagedFiles damagedFiles, WorkerHealth health, TimeProvider timeProvider, ILogger logger)
    : Worker(name, health, timeProvider, logger)
{
    private static readonly TimeSpan LeastRetry = TimeSpan.FromSeconds(1);

    private TimeSpan? _pause;

    protected override TimeSpan IdlePause => _pause ?? first;

    // What fails is tried again when it would have come again: the log no later than it promises to be synced, and what is rare no more often.
    protected override Backoff NewBackoff() => first > LeastRetry ? new(first, first) : new(LeastRetry, LeastRetry);

    protected override ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        try
        {
            _pause = _pause is null ? first : round();
            return ValueTask.FromResult(WorkResult.Idle);
        }
        catch (Exception exception)
        {
            damagedFiles.Note(exception);
            throw;
        }
    }
}
