using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Pipeline;

/// <summary>
/// The deployment's interval, as the last sealed generation has it and a minute before there is one; the store is asked at most every 10 s. Safe for concurrent use.
/// </summary>
internal sealed class DeploymentInterval(IRosterStore store, TimeProvider timeProvider)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    // Replaced as a whole; two callers that refresh it at once do no harm.
    private volatile Reading? _reading;

    /// <exception cref="StoreUnavailableException">It has to be asked for, and the store is away.</exception>
    public async ValueTask<TimeSpan> ReadAsync(CancellationToken cancellationToken)
    {
        var reading = _reading;
        if (reading is null || timeProvider.GetElapsedTime(reading.At) > KeptFor)
        {
            var state = await store.ReadGenerationsAsync(cancellationToken);
            _reading = reading = new Reading(state.Sealed?.Interval ?? SlotGrid.IntervalBeforeSeeding, timeProvider.GetTimestamp());
        }
        return reading.Interval;
    }

    private sealed record Reading(TimeSpan Interval, long At);
}
