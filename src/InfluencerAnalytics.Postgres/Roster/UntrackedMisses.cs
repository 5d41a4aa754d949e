using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Slots;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>Drops what was counted of members in slots in which it turns out that they were not tracked.</summary>
internal static class UntrackedMisses
{
    /// <param name="from">No slot before it is looked at, in epoch milliseconds.</param>
    public static async Task DropAsync(NpgsqlConnection connection, SlotCounts counts, IEnumerable<Member> members, long from, CancellationToken cancellationToken)
    {
        var slots = await connection.ListAsync("SELECT slot FROM influencer_analytics.slots WHERE slot >= $1", [Moments.Of(from)], static reader => reader.GetDateTime(0), cancellationToken);
        var untracked = (from member in members from slot in slots where member.At(Moments.Ms(slot)) != InfluencerStatus.Tracked select (Moments.Ms(slot), member.Id)).ToList();
        if (untracked.Count > 0)
            await MissRows.TakeBackAsync(connection, untracked, counts, cancellationToken);
    }
}
