using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>
/// Every check of this classifier goes through here: so many in flight, so many a second, and next to none while the provider answers none. It shares nothing with the gate of the minute
/// lane. Safe for concurrent use.
/// </summary>
internal sealed partial class CheckGate(
    ISuspicionProvider provider, SuspicionOptions options, SuspicionMetrics metrics, TimeProvider timeProvider, ILogger<CheckGate> logger) : IDisposable
{
    private static readonly SuspicionOutcome KeptBack = SuspicionOutcome.Failed(FetchOutcomeKind.Transient, MissReason.CircuitOpen);

    private readonly SemaphoreSlim _places = new(options.MaxConcurrency);
    private readonly CheckPace _pace = new(options.MaxPerSecond, timeProvider);
    private readonly CheckBreaker _breaker = new(timeProvider, options.BreakDuration);
    private readonly Episode _away = new(timeProvider);

    /// <summary>For how long the provider has answered no checks; zero while it does.</summary>
    public TimeSpan AwayFor => _breaker.OpenFor;

    /// <summary>Asks the provider once; <see cref="MissReason.CircuitOpen"/> when the check was kept back.</summary>
    public async ValueTask<SuspicionOutcome> CheckAsync(LatestPoint point, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            // Before the wait for a turn: those who are kept back take none.
            if (!_breaker.TryPass())
                return KeptBack;
            await _pace.WaitAsync(cancellationToken);
            return await AskAsync(point, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async ValueTask<SuspicionOutcome> AskAsync(LatestPoint point, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        MissReason? reason = MissReason.NotReached;
        metrics.CheckStarted();
        try
        {
            var outcome = await provider.CheckAsync(point.InfluencerId, point.FollowerCount, point.FollowingCount, options.RequestTimeout, cancellationToken);
            reason = outcome.IsOk ? null : outcome.Reason;
            Count(point.InfluencerId, outcome);
            return outcome;
        }
        finally
        {
            metrics.CheckEnded(reason, timeProvider.GetElapsedTime(started));
        }
    }

    private void Count(long influencerId, in SuspicionOutcome outcome)
    {
        if (outcome.RetryAfter is { } pause)
            _pace.Pause(pause);
        switch (_breaker.Count(influencerId, outcome.IsOk))
        {
            case true:
                metrics.ProviderWentAway();
                if (_away.Happened(MissReasons.NameOf(outcome.Reason)))
                    Log.ProviderAway(logger, MissReasons.NameOf(outcome.Reason));
                break;
            case false:
                metrics.ProviderIsBack();
                if (_away.Over() is { } past)
                    Log.ProviderBack(logger, past.Seconds);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1502, LogLevel.Warning, "The provider answers no suspicion checks ({Reason}): one is tried now and then, and the others wait.")]
        public static partial void ProviderAway(ILogger logger, string reason);

        [LoggerMessage(1503, LogLevel.Information, "The provider answers suspicion checks again, after {Seconds} s.")]
        public static partial void ProviderBack(ILogger logger, double seconds);
    }
}
