using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.ClockRepair;

/// <summary>
/// A first run whose clock was ahead and is then set right: everybody is tracked only from a time to come on, and until then slots would show their readings as those of
/// others. They are brought to the present as soon as the step is seen. Where slots of the past are kept, nothing is changed: this clock may be the wrong one, and who was
/// tracked in those is known. Looked at by one caller at a time.
/// </summary>
internal sealed partial class BeginningsAfterStep(StoreContext context, InfluencerState influencers, SlotRecords slots, PointTable points, ILogger logger)
{
    private readonly ClockSteps _steps = new(context.Clock.Time);
    private bool _isDue;

    /// <summary>Looks at the clock.</summary>
    /// <returns>Whether rows were changed, which are in memory only until the next checkpoint.</returns>
    public bool Look()
    {
        _isDue |= _steps.Look() < TimeSpan.Zero;
        if (!_isDue)
            return false;
        int changed;
        lock (context.Gate)
            changed = slots.First is { } first && IsPast(first) ? 0 : PutRight((uint)context.Clock.NowSeconds + 1);
        _isDue = false;
        if (changed > 0)
            Log.PutRight(logger, changed);
        return changed > 0;
    }

    // Two intervals: the present slot, and one that the clock stood in before, may have been stored by this clock already.
    private bool IsPast((uint Slot, SlotRecord Record) first) => first.Slot + 2 * first.Record.IntervalSeconds < context.Clock.NowSeconds;

    /// <param name="next">The first second that is counted anew; slots that have begun may have been counted already.</param>
    private int PutRight(uint next)
    {
        var later = FutureTimes.BeginningsAfter(influencers, next);
        if (later.Count == 0)
            return 0;
        context.Write(_ =>
        {
            var ahead = slots.From(next);
            CountPoints(later, ahead);
            influencers.Standings.BeginAt(next, later.Select(row => influencers.Table[row].FromSeconds));
            foreach (var slot in ahead)
                slots.Recount(slot);
        });
        FutureTimes.BeginAt(influencers, later, next);
        return later.Count;
    }

    // A point that came before its influencer was added was none of its slot's, and is now.
    private void CountPoints(List<int> rows, List<uint> ahead)
    {
        var withOthers = ahead.FindAll(slot => slots.Find(slot)!.Others > 0);
        foreach (var row in rows)
        {
            ref readonly var r = ref influencers.Table[row];
            foreach (var slot in withOthers)
            {
                if (slot >= r.FromSeconds)
                    break;
                if (points.Has(r, slot))
                    slots.CountAsCovered(slot);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2055, LogLevel.Information, "{Influencers} influencers were added by a clock that was ahead: they are tracked from now on.")]
        public static partial void PutRight(ILogger logger, int influencers);
    }
}
