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
    private TimeSpan? _pause;

    protected override TimeSpan IdlePause => _pause ?? first;

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
