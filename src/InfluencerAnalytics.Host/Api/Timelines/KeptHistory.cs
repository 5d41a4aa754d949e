using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>From when on each resolution is kept, asked of the store at most once a second. Safe for concurrent use.</summary>
internal sealed class KeptHistory(IDataPointStore store, TimeProvider timeProvider)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    // Replaced as a whole; two requests that refresh it at once do no harm.
    private volatile Reading? _reading;

    public async ValueTask<KeptSince> ReadAsync(CancellationToken cancellationToken)
    {
        var reading = _reading;
        if (reading is not null && timeProvider.GetElapsedTime(reading.At) <= KeptFor)
            return reading.Since;
        var since = await store.ReadKeptSinceAsync(cancellationToken);
        // Before the first data, the next answer may be another one at any moment.
        _reading = since.Points is null ? null : new Reading(since, timeProvider.GetTimestamp());
        return since;
    }

    /// <summary>Epoch milliseconds; null while there is nothing of it. Of a resolution in buckets, the start of the first one that anything is kept of.</summary>
    public async ValueTask<long?> AvailableFromAsync(Resolution resolution, CancellationToken cancellationToken) =>
        AvailableFrom(await ReadAsync(cancellationToken), resolution);

    public static long? AvailableFrom(KeptSince since, Resolution resolution) => resolution switch
    {
        Resolution.Hour => since.Hours,
        Resolution.Day => since.Days,
        _ => since.Points is { } points ? Resolutions.Floor(resolution, points) : null,
    };

    private sealed record Reading(KeptSince Since, long At);
}
