using System.Runtime.InteropServices;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Brings to the present since when an influencer is tracked, when it is tried again and when it was not found, where a clock that was ahead has written it:
/// until then it would be in no slot's count, or not be heeded when it comes back. At start, before anything is counted. Behind a clock that may be behind itself, only since
/// when somebody is tracked who always was: who went when, and came back, would be rewritten for good.
/// </summary>
internal static class FutureTimes
{
    /// <summary>Nothing that a clock that is right writes lies further ahead: the longest interval, and the longest wait for one that is gone.</summary>
    public const uint FurthestSeconds = Periods.HourSeconds;

    /// <summary>
    /// Of those that are tracked and never were anything else. Whichever clock was wrong, they are tracked now; and slots to come count them all the same. The counts over
    /// time follow, where they are made already.
    /// </summary>
    /// <param name="context">Whose table to look through.</param>
    /// <param name="beyond">Who is tracked only from a later second on</param>
    /// <param name="to">is from this one on.</param>
    /// <returns>How many influencers it concerned.</returns>
    public static int PutBeginningsRight(StoreContext context, uint beyond, uint to)
    {
        Dictionary<uint, int> beginnings = [];
        for (var row = 0; row < context.Table.Count; row++)
        {
            ref var r = ref context.Table[row];
            if (r.Status != InfluencerStatus.Tracked || r.FromSeconds <= beyond || (context.Standings.Rare.TryGetValue(row, out var standing) && standing.Steps is not null))
                continue;
            CollectionsMarshal.GetValueRefOrAddDefault(beginnings, r.FromSeconds, out _)++;
            r.FromSeconds = to;
            context.Table.Touch(row);
        }

        return context.Standings.BeginAt(to, beginnings);
    }

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
