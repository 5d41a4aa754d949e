using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>What a visit works on: influencers, for which slot, and until when.</summary>
/// <param name="Slot">In epoch milliseconds.</param>
/// <param name="Until">When the slot is over for these ids, in epoch milliseconds.</param>
/// <param name="Visit">Which visit of the slot this is: 1 for the shard's own.</param>
/// <param name="Interval">The resolution of the slot.</param>
/// <param name="Reason">Why the visit before failed: what is reported of those that this one does not ask about.</param>
/// <param name="Ids">None when nobody is due.</param>
internal sealed record SlotWork(long Slot, long Until, int Visit, TimeSpan Interval, MissReason Reason, IReadOnlyList<long> Ids)
{
    // What clocks of two fetchers may differ by, and what a visit may come early.
    private const long MaxClockCorrectionMs = 3000;

    public SlotGrid Grid => new(Interval);

    /// <summary>What a shard is visited for.</summary>
    /// <param name="shard">What came due.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="ids">Those of the shard that are due.</param>
    // The reason stands for what was never asked; it gives way to what the provider did.
    public static SlotWork Of(Shard shard, long slot, IReadOnlyList<long> ids) =>
        new(slot, SlotGrid.DueAt(slot, shard.PhaseMs) + shard.Grid.IntervalMs, 1, shard.Interval, MissReason.NotReached, ids);

    /// <summary>What those that failed before are visited for.</summary>
    public static SlotWork Of(InfluencerIdMessage.Retry retry) =>
        new(retry.Slot, retry.Until, retry.Visit, retry.Interval, retry.Reason, retry.Ids);

    /// <summary>
    /// Whether nothing can be fetched for the slot any more. Work on a slot ends within an interval of its beginning: when more seems to be left, the clock was
    /// set back since, and a reading of now does not belong to that slot.
    /// </summary>
    public bool IsOver(long now) => Until - now is var left && (left <= 0 || left > Grid.IntervalMs + MaxClockCorrectionMs);

    /// <summary>The next visit of the same slot, for those that failed in this one.</summary>
    public InfluencerIdMessage.Retry NextVisit(MissReason reason, IReadOnlyList<long> ids) => new(Slot, Until, Visit + 1, Interval, reason, ids);
}
