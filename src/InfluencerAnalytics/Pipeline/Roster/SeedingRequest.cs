using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>
/// Has the roster seeded anew after a message of the shard queue went to the dead letters: it may have been a shard, and its influencers are in no other one.
/// What comes while the store is away, or soon after the last request, waits: anyone can send what cannot be read, and must not make a storm of generations.
/// It is remembered in memory only: killed before it could ask, the fetcher forgets it, and the next seeding makes up for it.
/// Safe for concurrent use.
/// </summary>
internal sealed partial class SeedingRequest(
    IGenerationStore generations,
    DeploymentInterval interval,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<SeedingRequest> logger) : Worker("seeding request", health, timeProvider, logger)
{
    private volatile bool _isNoted;
    private long? _askedAt;

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(1);

    /// <summary>A message that may have been a shard was buried.</summary>
    public void Note() => _isNoted = true;

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (!_isNoted)
            return WorkResult.Idle;
        if (_askedAt is { } at && TimeProvider.GetElapsedTime(at) < await interval.ReadAsync(stopping) * SeedingOptions.RestIntervals)
            return WorkResult.Idle;
        await AskAsync(stopping);
        return WorkResult.Worked;
    }

    // However short the last one is ago: nobody else knows of it.
    protected override async ValueTask DrainAsync(CancellationToken deadline)
    {
        if (_isNoted)
            await AskAsync(deadline);
    }

    private async ValueTask AskAsync(CancellationToken cancellationToken)
    {
        // Those buried from here on need another one.
        _isNoted = false;
        try
        {
            var after = await generations.RequestGenerationAsync(cancellationToken);
            _askedAt = TimeProvider.GetTimestamp();
            Log.Asked(Logger, after);
        }
        catch
        {
            _isNoted = true;
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1226, LogLevel.Warning, "A message that went to the dead letters may have been a shard of the roster: a generation after {Generation} was asked for, so that its influencers are in one again.")]
        public static partial void Asked(ILogger logger, long generation);
    }
}
