using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>The deployment's interval as the last sealed generation has it, asked for at most every 10 s. Safe for concurrent use.</summary>
internal sealed class DeploymentInterval(IRosterStore store, TimeProvider timeProvider)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    // Replaced as a whole; two requests that refresh it at once do no harm.
    private volatile Reading? _reading;

    public async ValueTask<long> ReadMsAsync(CancellationToken cancellationToken)
    {
        var reading = _reading;
        if (reading is null || timeProvider.GetElapsedTime(reading.At) > KeptFor)
        {
            var state = await store.ReadGenerationsAsync(cancellationToken);
            _reading = reading = new Reading((long)(state.Sealed?.Interval ?? SlotGrid.IntervalBeforeSeeding).TotalMilliseconds, timeProvider.GetTimestamp());
        }
        return reading.IntervalMs;
    }

    private sealed record Reading(long IntervalMs, long At);
}
