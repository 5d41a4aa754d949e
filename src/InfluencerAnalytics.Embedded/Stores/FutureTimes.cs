using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Brings to the present since when an influencer is tracked, when it is tried again and when it was not found, where a clock that was ahead has written it:
/// until then it would be in no slot's count, or not be heeded when it comes back. At start, before anything is counted, and never behind a clock that may be behind
/// itself: who was tracked when would be rewritten for good.
/// </summary>
internal static class FutureTimes
{
    /// <summary>Nothing that a clock that is right writes lies further ahead: the longest interval, and the longest wait for one that is gone.</summary>
    public const uint FurthestSeconds = Periods.HourSeconds;

    /// <param name="context">Whose table to look through.</param>
    /// <param name="beyond">What says a later second is put right,</param>
    /// <param name="to">to this one.</param>
    /// <returns>How many influencers it concerned.</returns>
    public static int PutRight(StoreContext context, uint beyond, uint to)
    {
        var changed = 0;
        for (var row = 0; row < context.Table.Count; row++)
        {
            ref var r = ref context.Table[row];
            var isRowLater = (r.Status == InfluencerStatus.Tracked && r.FromSeconds > beyond) || r.NextTrySeconds > Math.Max(beyond, to + FurthestSeconds);
            if (isRowLater)
                r.FromSeconds = to;
            var isStandingLater = context.Standings.Rare.TryGetValue(row, out var standing) && standing != standing.NotAfter(beyond);
            if (isStandingLater)
                context.Standings.Load(row, standing.NotAfter(to));
            if (!isRowLater && !isStandingLater)
                continue;
            context.Table.Touch(row);
            changed++;
        }

        return changed;
    }
}
