using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.Roster;

namespace InfluencerAnalytics.Embedded.Appends;

/// <summary>
/// Readings of influencers that are not on the roster: taken of so many at most. One that was never tracked costs a row like any other; from outside, anybody could fill the
/// memory with them. Used under the store's gate, within a write but for <see cref="Written"/>.
/// </summary>
internal sealed class ForeignReadings(InfluencerState influencers, RosterNotices notices, int limit)
{
    /// <summary>The row of an influencer that has a reading; -1 when it is refused.</summary>
    public int FindOrAdd(long id)
    {
        var row = influencers.Table.Find(id);
        if (row >= 0 && !influencers.Table[row].IsUnread)
            return row;
        if (influencers.Roster.Foreign >= limit)
            return -1;
        influencers.Roster.Foreign++;
        return influencers.Table.GetOrAdd(id);
    }

    /// <summary>After a write, says how it stands.</summary>
    public void Written(int refused) => notices.Foreign(refused, influencers.Roster.Foreign);
}
