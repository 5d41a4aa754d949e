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
    // A million are a few dozen megabytes in the journal, and twice that in what undoes them.
    private const int RowsPerWrite = 10_000;

    private readonly ClockSteps _steps = new(context.Clock.Time);

    // When the clock was found set back, by the clock itself; null once that is put right.
    private long? _setBackTo;

    /// <summary>Looks at the clock. What fails is tried again at the next look.</summary>
    public void Look()
    {
        if (_steps.Look() < TimeSpan.Zero)
            _setBackTo = context.Clock.NowSeconds;
        if (_setBackTo is not { } setBackTo)
            return;
        int changed;
        lock (context.Gate)
            changed = slots.First is { } first && IsPast(first, setBackTo) ? 0 : PutRight((uint)context.Clock.NowSeconds + 1);
        _setBackTo = null;
        if (changed > 0)
            Log.PutRight(logger, changed);
    }

    // Two intervals: the present slot, and one that the clock stood in before, may have been stored by this clock already.
    private static bool IsPast((uint Slot, SlotRecord Record) first, long second) => first.Slot + 2 * first.Record.IntervalSeconds < second;

    /// <param name="next">The first second that is counted anew; slots that have begun may have been counted already.</param>
    private int PutRight(uint next)
    {
        var later = FutureTimes.BeginningsAfter(influencers, next);
        foreach (var rows in later.Chunk(RowsPerWrite))
            context.Write(_ => Begin(rows, next));
        return later.Count;
    }

    private void Begin(int[] rows, uint second)
    {
        var ahead = slots.From(second);
        CountPoints(rows, ahead);
        influencers.Standings.BeginAt(second, rows.Select(row => influencers.Table[row].FromSeconds));
        foreach (var row in rows)
        {
            influencers.Changes.Change(row).FromSeconds = second;
            influencers.Table.Touch(row);
        }

        foreach (var slot in ahead)
            slots.Recount(slot);
    }

    // A point that came before its influencer was added was none of its slot's, and is now.
    private void CountPoints(int[] rows, List<uint> ahead)
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
