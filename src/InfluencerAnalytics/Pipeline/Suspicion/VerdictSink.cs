using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>
/// Writes verdicts as they come, in batches over all visits. A store that is away for moments is waited for, since each verdict took the provider seconds. Safe for concurrent use.
/// </summary>
internal sealed class VerdictSink
{
    private const int MaxVerdicts = 100;

    // About 15 s in all.
    private const int Attempts = 6;

    // What a process that is killed asks for again is what it had in hand, and the verdicts of so long.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ISuspicionStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly BatchLane<SuspicionVerdict> _lane;
    private volatile Failure? _failure;

    public VerdictSink(ISuspicionStore store, TimeProvider timeProvider)
    {
        (_store, _timeProvider) = (store, timeProvider);
        _lane = new(WriteAsync, MaxVerdicts, long.MaxValue, MaxAge, timeProvider);
    }

    /// <summary>Why verdicts cannot be stored, and for how long that has been known; null while they can. Whoever goes on asking the provider then asks in vain.</summary>
    public (string Reason, TimeSpan Age)? Problem => _failure is { } failure ? (failure.Reason, _timeProvider.GetElapsedTime(failure.At)) : null;

    /// <summary>Completes when it is stored.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task WriteAsync(SuspicionVerdict verdict) => _lane.AddAsync(verdict, 1, CancellationToken.None);

    private async ValueTask<IReadOnlyList<EntryFailure>> WriteAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _store.WriteVerdictsAsync(verdicts, cancellationToken);
                _failure = null;
                return [];
            }
            catch (StoreUnavailableException) when (attempt < Attempts)
            {
                await Task.Delay(backoff.Next(), _timeProvider, cancellationToken);
            }
            catch (StoreUnavailableException exception)
            {
                _failure = new Failure(exception.Message, _timeProvider.GetTimestamp());
                throw;
            }
        }
    }

    private sealed record Failure(string Reason, long At);
}
