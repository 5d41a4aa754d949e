using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Has the roster seeded anew after a message of the shard queue went to the dead letters: it may have been a shard, and its influencers are in no other one.
/// What comes while the store is away, or soon after the last request, waits: anyone can send what cannot be read, and must not make a storm of generations.
/// It is remembered in memory only: killed before it could ask, the fetcher forgets it, and the next seeding makes up for it.
/// Safe for concurrent use.
/// </summary>
internal sealed partial class SeedingRequest(IInfluencerStore store, RosterView roster, TimeProvider timeProvider, ILogger<SeedingRequest> logger)
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Episode _waits = new(timeProvider);
    private bool _isNoted;
    private long? _askedAt;
    private long? _failedAt;

    /// <summary>Whether <see cref="AskAsync"/> has something to do.</summary>
    public bool IsDue
    {
        get
        {
            lock (_lock)
                return _isNoted && IsOver(_askedAt, roster.Interval * SeedingOptions.RestIntervals) && IsOver(_failedAt, TryAgainAfter);
        }
    }

    /// <summary>A message that may have been a shard was buried.</summary>
    public void Note()
    {
        lock (_lock)
            _isNoted = true;
    }

    /// <summary>Asks the store; when that fails, it is due again after a few seconds.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            _isNoted = false;
        try
        {
            var after = await store.RequestGenerationAsync(cancellationToken);
            lock (_lock)
                _askedAt = timeProvider.GetTimestamp();
            Log.Asked(logger, after);
            _waits.Over();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Those buried meanwhile are noted as well, and one generation makes up for all.
            lock (_lock)
                (_isNoted, _failedAt) = (true, timeProvider.GetTimestamp());
            if (_waits.Happened(exception.Message))
                Log.AskingWaits(logger, exception.Message);
        }
    }

    private bool IsOver(long? since, TimeSpan rest) => since is not { } at || timeProvider.GetElapsedTime(at) >= rest;

    private static partial class Log
    {
        [LoggerMessage(1226, LogLevel.Warning, "A message that went to the dead letters may have been a shard of the roster: a generation after {Generation} was asked for, so that its influencers are in one again.")]
        public static partial void Asked(ILogger logger, long generation);

        [LoggerMessage(1227, LogLevel.Warning, "The roster is to be seeded anew, and the store cannot be asked for it: {Reason} Trying again.")]
        public static partial void AskingWaits(ILogger logger, string reason);
    }
}
