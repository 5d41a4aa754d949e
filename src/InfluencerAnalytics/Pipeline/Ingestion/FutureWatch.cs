using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Makes this process unready while slots are stored that have not begun: written while the clock was ahead, or looked at with one that is behind. Fetching and
/// storing go on, since a reading that is not fetched is lost for good; but a slot that holds a reading already keeps that one.
/// </summary>
internal sealed class FutureWatch(
    IInfluencerStore store,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<FutureWatch> logger) : Worker("stored slots", health, timeProvider, logger)
{
    // Further off than any clock that was set by hand, and within what every store can ask for.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(20 * 366);

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(10);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if ((await store.ReadGenerationsAsync(stopping)).Sealed is not { } generation)
            return WorkResult.Idle;
        var now = TimeProvider.GetUtcNow();
        var from = now + generation.Interval + SlotGrid.MaxClockDifference;
        var slots = await store.ReadSlotsAsync(from.ToUnixTimeMilliseconds(), (from + Horizon).ToUnixTimeMilliseconds(), stopping);
        return slots.Count == 0
            ? WorkResult.Idle
            : WorkResult.Blocked(
                $"{slots.Count} slots are stored that have not begun, up to {UtcText.Of(slots.Max(slot => slot.Slot))}, and it is {UtcText.Of(now)} by this machine's clock: it was ahead when they were written, or is behind now. "
                + "Set the clock if it is wrong. If it is right, fetching goes on, but what those slots hold stands in the way of the right readings until they have passed, or are dropped: start once with 'up --drop-future' (Embedded:DropFuture=true).");
    }
}
