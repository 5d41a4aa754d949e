using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>Which shards of the checks a later sending has superseded; the store is asked at most every 10 s. Safe for concurrent use.</summary>
internal sealed class SupersededChecks(ISettingStore settings, TimeProvider timeProvider)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    // Replaced as a whole; two callers that refresh it at once do no harm.
    private volatile Reading? _reading;

    /// <exception cref="StoreUnavailableException">It has to be asked for, and the store is away: nothing is deleted then.</exception>
    public async ValueTask<bool> IsSupersededAsync(long sending, CancellationToken cancellationToken)
    {
        var reading = _reading;
        if (reading is null || timeProvider.GetElapsedTime(reading.At) > KeptFor)
            _reading = reading = new Reading((await SeededChecks.ReadAsync(settings, cancellationToken)).Number, timeProvider.GetTimestamp());
        return sending < reading.Sending;
    }

    private sealed record Reading(long Sending, long At);
}
