using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>
/// Whether this classifier may ask for verdicts: of the provider whose readings the store has, while they can be stored, and by a clock that gives them their right time: one of the future
/// would keep the next from being asked for, and one of the past would be asked for again. For one caller.
/// </summary>
internal sealed class CheckConditions(
    IMessageQueues queues, IStoreStatus store, ProviderCheck provider, VerdictSink verdicts, ClockGuard clock, SuspicionOptions options, TimeProvider timeProvider)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    // Where verdicts cannot be stored, though the store is there, a few shards find out so often whether they still cannot.
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ClockCheck _clock = new(clock, queues.Get(QueueNames.SuspicionChecks));
    private long? _lookedAt;

    /// <summary>Whether the clock gives verdicts their right time, as far as the queue's last answer tells.</summary>
    public bool IsClockTrusted => clock.IsTrusted(options.Period);

    /// <summary>Why nobody may be asked now; null when the provider may.</summary>
    /// <exception cref="StoreUnavailableException">The store is away: it has the numbers that are to be judged.</exception>
    public async ValueTask<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        var status = await store.GetStatusAsync(cancellationToken);
        if (!status.Ready)
            throw new StoreUnavailableException(status.Detail ?? "The store is not ready.");
        if (_lookedAt is not { } at || timeProvider.GetElapsedTime(at) >= LookEvery)
        {
            await provider.LookAsync(cancellationToken);
            _lookedAt = timeProvider.GetTimestamp();
        }
        if (provider.Refusal is { } refusal)
            return refusal;
        if (verdicts.Problem is { } problem && problem.Age < TryAgainAfter)
            return $"Verdicts cannot be stored, and nobody is asked for them: {problem.Reason}";
        return await _clock.WhyNotAsync(options.Period, "verdicts would get a wrong time", cancellationToken);
    }
}
