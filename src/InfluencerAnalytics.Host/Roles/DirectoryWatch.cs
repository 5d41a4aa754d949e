using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Makes a process unready whose data directory takes nothing, where the store is elsewhere and cannot say so: what waits in the directory would be dropped soon.</summary>
internal sealed class DirectoryWatch(EmbeddedDatabase database, WorkerHealth health, TimeProvider timeProvider, ILogger<DirectoryWatch> logger)
    : Worker("data directory", health, timeProvider, logger)
{
    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(5);

    protected override ValueTask<WorkResult> WorkAsync(CancellationToken stopping) =>
        ValueTask.FromResult(database.QueueProblem is { } problem ? WorkResult.Blocked(problem) : WorkResult.Idle);
}
