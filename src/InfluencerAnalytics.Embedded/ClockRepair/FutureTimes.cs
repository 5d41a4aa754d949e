using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.ClockRepair;

/// <summary>
/// Brings to the present since when an influencer is tracked, when it is tried again and when it was not found, where a clock that was ahead has written it:
/// until then it would be in no slot's count, or not be heeded when it comes back. At start, before anything is counted. Where the clock may be the one that is behind, only since
/// when somebody is tracked who always was: who went when, and came back, would be rewritten for good. In memory; the next checkpoint writes it, and a start before that does it again.
/// </summary>
internal static class FutureTimes
{
    /// <summary>Nothing that a clock that is right writes lies further ahead: the longest interval, and the longest wait for one that is gone.</summary>
    public const uint FurthestSeconds = Periods.HourSeconds;

    /// <summary>
    /// Of those that are tracked and never were anything else. Whichever clock was wrong, they are tracked now; and slots to come count them all the same. Before anything is
    /// counted.
    /// </summary>
    /// <param name="influencers">Whose table to look through.</param>
    /// <param name="beyond">In epoch seconds. Who is tracked only from a later one on is put right.</param>
    /// <param name="to">In epoch seconds: since when they are tracked then.</param>
    /// <returns>How many influencers it concerned.</returns>
    public static int PutBeginningsRight(InfluencerState influencers, uint beyond, uint to)
    {
        var rows = BeginningsAfter(influencers, beyond);
        foreach (var row in rows)
        {
            influencers.Table[row].FromSeconds = to;
            influencers.Table.Touch(row);
        }

        return rows.Count;
    }

    /// <summary>The rows of those that are tracked only from a later second on, and never were anything else.</summary>
    public static List<int> BeginningsAfter(InfluencerState influencers, uint second)
    {
        var rows = new List<int>();
        for (var row = 0; row < influencers.Table.Count; row++)
        {
            ref readonly var r = ref influencers.Table[row];
            if (r.Status == InfluencerStatus.Tracked && r.FromSeconds > second && !(influencers.Standings.Rare.TryGetValue(row, out var standing) && standing.Steps is not null))
                rows.Add(row);
        }

        return rows;
    }

    /// <param name="influencers">Whose table to look through.</param>
    /// <param name="beyond">In epoch seconds. What says a later one is put right.</param>
    /// <param name="to">In epoch seconds: what it says then.</param>
    /// <returns>How many influencers it concerned.</returns>
    public static int PutRight(InfluencerState influencers, uint beyond, uint to)
    {
        var changed = 0;
        for (var row = 0; row < influencers.Table.Count; row++)
        {
            ref var r = ref influencers.Table[row];
            var isRowLater = (r.Status == InfluencerStatus.Tracked && r.FromSeconds > beyond) || r.NextTrySeconds > Math.Max(beyond, to + FurthestSeconds);
            if (isRowLater)
                r.FromSeconds = to;
            var isStandingLater = influencers.Standings.Rare.TryGetValue(row, out var standing) && standing != standing.NotAfter(beyond);
            if (isStandingLater)
                influencers.Standings.Load(row, standing.NotAfter(to));
            if (!isRowLater && !isStandingLater)
                continue;
            influencers.Table.Touch(row);
            changed++;
        }

        return changed;
    }
}
