namespace InfluencerAnalytics.Stores.Slots;

/// <summary>What the slots of a span of time come to. The sums are exact: the average over the span is one division, over all its readings, and spans add up to longer ones.</summary>
/// <param name="Start">Of the span, in epoch milliseconds.</param>
/// <param name="Slots">Those that have a record, 1 or more.</param>
/// <param name="Stored">Data points stored for them, those of others than the tracked included.</param>
/// <param name="FollowerSum">Over the stored points.</param>
/// <param name="FollowingSum">Over the stored points.</param>
/// <param name="LeastCovered">Of the slots, the fewest of the tracked that one has a data point of; 0 where nothing came for one.</param>
/// <param name="MostCovered">The most that one has.</param>
/// <param name="MostTracked">The most that were tracked when one began.</param>
public readonly record struct SlotSum(
    long Start, int Slots, long Stored, Int128 FollowerSum, Int128 FollowingSum, long LeastCovered, long MostCovered, long MostTracked)
{
    /// <summary>One slot as a span.</summary>
    public static SlotSum Of(SlotSummary slot) =>
        new(slot.Slot, 1, slot.Stored, slot.FollowerSum, slot.FollowingSum, slot.Covered, slot.Covered, slot.Tracked);

    /// <summary>This with another span in it; its start stays.</summary>
    public SlotSum Add(in SlotSum other) => new(
        Start, Slots + other.Slots, Stored + other.Stored, FollowerSum + other.FollowerSum, FollowingSum + other.FollowingSum,
        Math.Min(LeastCovered, other.LeastCovered), Math.Max(MostCovered, other.MostCovered), Math.Max(MostTracked, other.MostTracked));

    /// <summary>Spans in ascending order as longer ones that begin at whole multiples of <paramref name="stepMs"/>.</summary>
    public static List<SlotSum> Together(IEnumerable<SlotSum> ascending, long stepMs)
    {
        var sums = new List<SlotSum>();
        foreach (var sum in ascending)
        {
            var start = sum.Start - sum.Start % stepMs;
            if (sums.Count > 0 && sums[^1].Start == start)
                sums[^1] = sums[^1].Add(sum);
            else
                sums.Add(sum with { Start = start });
        }
        return sums;
    }
}
