using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>
/// Watches a data directory whose process has its store elsewhere, which cannot speak for it: the process is unready while the directory takes nothing, since what waits in it
/// would soon be dropped.
/// </summary>
internal sealed partial class DirectoryWatch(EmbeddedDatabase database, EmbeddedOptions options, WorkerHealth health, TimeProvider timeProvider, ILogger<DirectoryWatch> logger)
    : Worker("data directory", health, timeProvider, logger)
{
    private bool _hasLooked;

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(5);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        // Whoever goes from one store to the other is to notice that nothing came along.
        if (!_hasLooked && await database.Store.CountRosterAsync(stopping) is { Tracked: > 0 and var tracked })
            Log.HasItsOwnStore(Logger, options.DataDirectory, tracked);
        _hasLooked = true;
        return database.QueueProblem is { } problem ? WorkResult.Blocked(problem) : WorkResult.Idle;
    }

    private static partial class Log
    {
        [LoggerMessage(4121, LogLevel.Warning, "The data directory {Path} holds a store of its own with {Influencers} influencers, which is not used: the store is elsewhere. Nothing of it is copied there.")]
        public static partial void HasItsOwnStore(ILogger logger, string path, long influencers);
    }
}
