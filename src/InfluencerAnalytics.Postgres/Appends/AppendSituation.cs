using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>What the database says before an append writes: the time, and who of its influencers is not plainly tracked.</summary>
/// <param name="Now">By the store's clock, in epoch milliseconds.</param>
/// <param name="RollingUntil">Points of slots before it come for hours that are rolled up.</param>
/// <param name="Foreign">How many influencers have readings that never were on the roster.</param>
/// <param name="Members">Those that are not plainly tracked, and those who were not found, by id. One that is not on the roster at all is made.</param>
internal sealed record AppendSituation(long Now, DateTime RollingUntil, long Foreign, Dictionary<long, Member> Members)
{
    public static async Task<AppendSituation> ReadAsync(NpgsqlConnection connection, AppendInput input, PlainMembers plain, CancellationToken cancellationToken)
    {
        var (now, rollingUntil, foreign, version) = await connection.RowAsync(
            "SELECT influencer_analytics.store_time(), rolling_until, foreign_influencers, roster_version FROM influencer_analytics.state", [],
            static reader => (Moments.Ms(reader.GetDateTime(0)), reader.GetDateTime(1), reader.GetInt64(2), reader.GetInt64(3)), cancellationToken);
        var members = !input.NotFound.Any() && await plain.AreAllAsync(connection, input.Ids, input.Slots[0], version, cancellationToken)
            ? [] : await LoadAsync(connection, input, cancellationToken);
        return new AppendSituation(now, rollingUntil, foreign, members);
    }

    /// <summary>How one stood when a slot began.</summary>
    public InfluencerStatus At(long id, long slot) => Members.TryGetValue(id, out var member) ? member.At(slot) : InfluencerStatus.Tracked;

    /// <summary>How one stands.</summary>
    public InfluencerStatus StatusOf(long id) => Members.TryGetValue(id, out var member) ? member.Status : InfluencerStatus.Tracked;

    private static async Task<Dictionary<long, Member>> LoadAsync(NpgsqlConnection connection, AppendInput input, CancellationToken cancellationToken)
    {
        var members = await MemberRows.LoadAsync(
            connection, "influencer_id = ANY($1) AND (status <> 1 OR since > $2 OR last_not_found IS NOT NULL OR influencer_id = ANY($3))",
            [input.Ids, Moments.Of(input.Slots[0]), input.NotFound.Distinct().ToArray()], cancellationToken);
        foreach (var id in await connection.ListAsync(
            "SELECT id FROM unnest($1::bigint[]) AS u (id) WHERE NOT EXISTS (SELECT FROM influencer_analytics.roster r WHERE r.influencer_id = u.id)", [input.Ids],
            static reader => reader.GetInt64(0), cancellationToken))
            members[id] = new Member(id, []);
        return members;
    }
}
