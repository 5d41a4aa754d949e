using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>What the database says before an append writes: the time, and who of its influencers is not plainly tracked.</summary>
/// <param name="Now">By the store's clock, in epoch milliseconds.</param>
/// <param name="RollingUntil">Points of slots before it come for hours that are rolled up.</param>
/// <param name="Foreign">How many influencers have readings that never were on the roster.</param>
/// <param name="HasMisses">Whether any miss is noted for one of the slots.</param>
/// <param name="Members">Those that are not plainly tracked, by id; all when there are misses. One that is not on the roster at all is made.</param>
internal sealed record AppendSituation(long Now, DateTime RollingUntil, long Foreign, bool HasMisses, Dictionary<long, Member> Members)
{
    public static async Task<AppendSituation> ReadAsync(NpgsqlConnection connection, AppendInput input, CancellationToken cancellationToken)
    {
        DateTime[] slots = [.. input.Slots.Select(Moments.Of)];
        await using var batch = connection.CreateBatch();
        batch.Add("SELECT influencer_analytics.store_time(), rolling_until, foreign_influencers FROM influencer_analytics.state");
        batch.Add("SELECT EXISTS (SELECT FROM influencer_analytics.misses WHERE slot = ANY($1))", slots);
        // By the array, so that the index is used however many there are.
        batch.Add(
            "SELECT count(*) FROM influencer_analytics.roster WHERE influencer_id = ANY($1) AND status = 1 AND since <= $2 AND last_not_found IS NULL",
            input.Ids, slots[0]);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (now, rollingUntil, foreign) = (Moments.Ms(reader.GetDateTime(0)), reader.GetDateTime(1), reader.GetInt64(2));
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var hasMisses = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var plain = reader.GetInt64(0);
        await reader.CloseAsync();
        var members = plain == input.Ids.Length && !input.HasMisses ? [] : await LoadAsync(connection, input, slots[0], cancellationToken);
        return new AppendSituation(now, rollingUntil, foreign, hasMisses, members);
    }

    /// <summary>How one stood when a slot began.</summary>
    public InfluencerStatus At(long id, long slot) => Members.TryGetValue(id, out var member) ? member.At(slot) : InfluencerStatus.Tracked;

    /// <summary>How one stands.</summary>
    public InfluencerStatus StatusOf(long id) => Members.TryGetValue(id, out var member) ? member.Status : InfluencerStatus.Tracked;

    private static async Task<Dictionary<long, Member>> LoadAsync(NpgsqlConnection connection, AppendInput input, DateTime firstSlot, CancellationToken cancellationToken)
    {
        var missed = input.Batches.SelectMany(static batch => batch.Missed, static (_, miss) => miss.InfluencerId).ToHashSet();
        var members = await MemberRows.LoadAsync(
            connection, "influencer_id = ANY($1) AND (status <> 1 OR since > $2 OR last_not_found IS NOT NULL OR influencer_id = ANY($3))",
            [input.Ids, firstSlot, missed.ToArray()], cancellationToken);
        foreach (var id in await connection.ListAsync(
            "SELECT id FROM unnest($1::bigint[]) AS u (id) WHERE NOT EXISTS (SELECT FROM influencer_analytics.roster r WHERE r.influencer_id = u.id)", [input.Ids],
            static reader => reader.GetInt64(0), cancellationToken))
            members[id] = new Member(id, []);
        return members;
    }
}
