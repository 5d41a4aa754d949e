using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Makes this process unready while readings or misses are stored of slots that have not begun: written while the clock was ahead, or looked at with one that is behind.
/// The bare record of such a slot harms nothing. Fetching and storing go on, since a reading that is not fetched is lost for good; but a slot that holds a reading already keeps that one.
/// </summary>
internal sealed class FutureWatch(
    ISlotStore slots,
    IGenerationStore generations,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<FutureWatch> logger) : Worker("stored slots", health, timeProvider, logger)
{
    // Further off than any clock that was set by hand, and within what every store can ask for.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(20 * 366);

    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(10);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var state = await generations.ReadGenerationsAsync(stopping);
        if (state.Sealed is null)
            return WorkResult.Idle;
        var from = TimeProvider.GetUtcNow() + state.Interval + SlotGrid.MaxClockDifference;
        var (count, last) = (0, 0L);
        foreach (var slot in await slots.ReadSlotsAsync(from.ToUnixTimeMilliseconds(), (from + Horizon).ToUnixTimeMilliseconds(), stopping))
        {
            if (slot.Stored > 0 || slot.Missed.Count > 0)
                (count, last) = (count + 1, slot.Slot);
        }
        // Without the time that it is now: this stays in the log, and in what others keep of it, for hours.
        return count == 0
            ? WorkResult.Idle
            : WorkResult.Blocked(
                $"readings or misses are stored of {count} slots that have not begun by this machine's clock, up to {UtcText.Of(last)}: it was ahead when they were written, or is behind now. "
                + "Set the clock if it is wrong. If it is right, fetching goes on, but what those slots hold stands in the way of the right readings until they have passed, or are dropped: start once with 'up --drop-future' (Embedded:DropFuture=true).");
    }
}
