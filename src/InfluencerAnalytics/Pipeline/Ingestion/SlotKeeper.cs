using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>Notes for every slot how many influencers are tracked in it: what coverage is measured against, also when nothing arrives.</summary>
internal sealed class SlotKeeper(
    IInfluencerStore store,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<SlotKeeper> logger) : Worker("slot keeper", health, timeProvider, logger)
{
    private TimeSpan _interval = TimeSpan.FromMinutes(1);
    private (long Slot, long Tracked) _noted;

    // Soon after the start of each slot, since what is added later is due from the next slot on.
    protected override TimeSpan IdlePause => _interval / 20 < TimeSpan.FromSeconds(1) ? _interval / 20 : TimeSpan.FromSeconds(1);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if ((await store.ReadGenerationsAsync(stopping)).Sealed is not { } generation)
            return WorkResult.Idle;
        _interval = generation.Interval;
        var slot = new SlotGrid(_interval).SlotAt(NowMs);
        var tracked = (await store.CountRosterAsync(stopping)).Tracked;
        if (_noted == (slot, tracked))
            return WorkResult.Idle;
        await store.NoteTrackedAsync(slot, _interval, tracked, stopping);
        _noted = (slot, tracked);
        return WorkResult.Idle;
    }
}
