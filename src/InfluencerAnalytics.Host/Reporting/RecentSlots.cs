using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>The last slots of the present interval, the one under way included; a slot without a record is the gap that it is. Safe for concurrent use.</summary>
internal sealed class RecentSlots(ISlotStore slots, TimeProvider timeProvider)
{
    private const int SlotsShown = 10;

    private static readonly long LookBackMs = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    // Of the generation that was looked at last. Replaced as a whole; two reports that do so at once do no harm.
    private volatile FirstSlot? _firstSlot;

    /// <param name="generation">The last sealed one.</param>
    /// <param name="counts">Of the roster now, for a slot that has no record yet.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IReadOnlyList<SlotResponse>> ReadAsync(SealedGeneration generation, RosterCounts counts, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var grid = new SlotGrid(generation.Interval);
        var last = grid.SlotAt(now);
        var first = last - (SlotsShown - 1) * grid.IntervalMs;
        // Once a first slot is known that is older than what is shown, the day before need not be read again.
        var known = _firstSlot is { } found && found.Generation == generation.Generation ? found.Slot : long.MaxValue;
        var records = await slots.ReadSlotsAsync(known <= first ? first : now - LookBackMs, last, cancellationToken);
        var start = Math.Min(known, FirstOf(generation, grid, records));
        _firstSlot = new FirstSlot(generation.Generation, start);

        var shown = new List<SlotResponse>(SlotsShown);
        var next = 0;
        for (var slot = first; slot <= last; slot += grid.IntervalMs)
        {
            while (next < records.Count && records[next].Slot < slot)
                next++;
            if (next < records.Count && records[next].Slot == slot)
                shown.Add(Respond(records[next], IsFinal(slot, grid, now)));
            else if (slot >= start)
                shown.Add(Respond(Unnoted(slot, grid, next > 0 ? records[next - 1] : null, counts), IsFinal(slot, grid, now)));
        }
        return shown;
    }

    // The first slot of the present interval: a later one without a record is a gap, an earlier one was before the deployment or never was, the interval
    // being another one. A seeding counts from the first slot that begins after it; when it changed no interval, records of this one go back further.
    private static long FirstOf(SealedGeneration generation, SlotGrid grid, IReadOnlyList<SlotSummary> records)
    {
        var start = grid.SlotAt(generation.SealedAt) + grid.IntervalMs;
        for (var i = records.Count - 1; i >= 0 && records[i].Interval == generation.Interval; i--)
            start = Math.Min(start, records[i].Slot);
        return start;
    }

    // For the moment until the slot keeper has noted it. Who was tracked in the slot before is nearer to the truth than who is now.
    private static SlotSummary Unnoted(long slot, SlotGrid grid, SlotSummary? before, RosterCounts counts) =>
        new(slot, grid.Interval, before?.Tracked ?? counts.Tracked, 0, 0, 0, new Dictionary<MissReason, long>()) { Gone = before?.Gone ?? counts.Gone };

    // What was reported in the last moment takes a little longer to be stored. Shown as final before, it would change afterwards.
    private static bool IsFinal(long slot, SlotGrid grid, long now) => now >= grid.FinalAt(slot) + grid.EarlyMs;

    private static SlotResponse Respond(SlotSummary record, bool isFinal)
    {
        var missed = MissReasons.ByName(record.Missed);
        // Until it is final, those of whom nothing came are simply still to come.
        if (isFinal && record.Unreported > 0)
            missed[SlotSummary.UnreportedName] = record.Unreported;
        return new SlotResponse(Iso.Format(record.Slot), record.Covered, record.Tracked, record.Coverage, isFinal, missed)
        {
            Others = record.Others,
            Gone = record.Gone,
        };
    }

    private sealed record FirstSlot(long Generation, long Slot);
}
