using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.Pipeline;

/// <summary>
/// The deployment's interval in force (<see cref="GenerationState.Interval"/>); the store is asked at most every 10 s. Safe for concurrent use.
/// </summary>
internal sealed class DeploymentInterval(IGenerationStore generations, TimeProvider timeProvider)
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
            var state = await generations.ReadGenerationsAsync(cancellationToken);
            _reading = reading = new Reading(state.Interval, timeProvider.GetTimestamp());
        }
        return reading.Interval;
    }

    private sealed record Reading(TimeSpan Interval, long At);
}
