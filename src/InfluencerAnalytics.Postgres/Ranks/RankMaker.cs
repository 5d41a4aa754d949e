using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Postgres.Ranks;

/// <summary>
/// Ranks each day whose roll-ups are made: reads the day's last follower counts, sorts them in this process, 16 bytes an influencer, and writes the ranks; both in slices of influencers, each a
/// short transaction. What was cut short is done again. One process at a time does it, but two do no harm.
/// </summary>
internal sealed class RankMaker(PostgresDatabase database, Partitions partitions)
{
    // As many roll-ups are read, and ranks written, in about a second.
    private const int IdsPerSlice = 50_000;

    /// <summary>Ranks the next day, or one again; false when there is none. To be called when no roll-up is waiting to be made or mended.</summary>
    /// <param name="mayGoOn">Asked between slices; when it says no, the rest is left.</param>
    public async ValueTask<bool> RankNextAsync(Func<ValueTask<bool>> mayGoOn, CancellationToken cancellationToken)
    {
        if (await NextAsync(cancellationToken) is not { } day)
            return false;
        await BeginAsync(day, cancellationToken);
        var ranking = new DayRanking(IdsPerSlice);
        if (!await CollectAsync(ranking, day, mayGoOn, cancellationToken))
            return true;
        ranking.Rank();
        for (var first = 0; first < ranking.Count; first += IdsPerSlice)
        {
            if (!await mayGoOn())
                return true;
            await WriteAsync(ranking, first, day, cancellationToken);
        }
        await database.UseAsync((connection, cancel) => connection.DoAsync(
            "UPDATE influencer_analytics.rank_days SET influencers = $2, is_whole = true WHERE day = $1", [day, (long)ranking.Count], cancel), cancellationToken);
        return true;
    }

    // One that was cut short, then the day behind the last one, then one that late readings have changed a lot. A day without a reading is ranked as well: it says how far this is.
    private ValueTask<DateTime?> NextAsync(CancellationToken cancellationToken) => database.UseAsync((connection, cancel) => connection.GetAsync<DateTime?>(
        """
        SELECT coalesce(
            (SELECT min(day) FROM influencer_analytics.rank_days WHERE NOT is_whole),
            (SELECT next FROM (
                SELECT coalesce((SELECT max(day) + interval '24 hours' FROM influencer_analytics.rank_days), date_trunc('day', rolled_from, 'UTC')) AS next, days_rolled_until
                FROM influencer_analytics.state) days
             WHERE next < days_rolled_until),
            (SELECT min(day) FROM influencer_analytics.rank_days WHERE late * $1 > influencers))
        """, [(long)DayRanking.AgainAboveOneIn], cancel), cancellationToken);

    // From here on the ranks of the day are not known, and what late readings change of it is counted anew.
    private ValueTask<int> BeginAsync(DateTime day, CancellationToken cancellationToken) => database.WriteAsync(RosterUse.None, async (connection, cancel) =>
    {
        await partitions.EnsureAsync(connection, PartitionedSeries.DayRanks, [day], cancel);
        return await connection.DoAsync(
            """
            INSERT INTO influencer_analytics.rank_days (day, influencers, late, is_whole) VALUES ($1, 0, 0, false)
            ON CONFLICT (day) DO UPDATE SET influencers = 0, late = 0, is_whole = false
            """, [day], cancel);
    }, cancellationToken);

    private async ValueTask<bool> CollectAsync(DayRanking ranking, DateTime day, Func<ValueTask<bool>> mayGoOn, CancellationToken cancellationToken)
    {
        for (var afterId = 0L; ;)
        {
            if (!await mayGoOn())
                return false;
            var (last, rows) = await database.UseAsync(async (connection, cancel) =>
            {
                var lastId = await connection.GetAsync<long?>(
                    "SELECT max(influencer_id) FROM (SELECT influencer_id FROM influencer_analytics.roster WHERE influencer_id > $1 ORDER BY influencer_id LIMIT $2) slice",
                    [afterId, (long)IdsPerSlice], cancel);
                return (lastId, lastId is null ? [] : await connection.ListAsync(
                    "SELECT influencer_id, followers_last FROM influencer_analytics.days WHERE influencer_id > $1 AND influencer_id <= $2 AND start = $3", [afterId, lastId, day],
                    static reader => (Id: reader.GetInt64(0), Followers: reader.GetInt64(1)), cancel));
            }, cancellationToken);
            foreach (var (id, followers) in rows)
                ranking.Add(id, followers);
            if (last is null)
                return true;
            afterId = last.Value;
        }
    }

    private ValueTask<int> WriteAsync(DayRanking ranking, int first, DateTime day, CancellationToken cancellationToken)
    {
        var count = Math.Min(IdsPerSlice, ranking.Count - first);
        var (ids, ranks) = (new long[count], new int[count]);
        for (var i = 0; i < count; i++)
            (ids[i], ranks[i]) = ranking.At(first + i);
        return database.WriteAsync(RosterUse.None, (connection, cancel) => connection.DoAsync(
            """
            INSERT INTO influencer_analytics.day_ranks AS d (influencer_id, start, rank) SELECT u.id, $3, u.rank FROM unnest($1::bigint[], $2::integer[]) AS u (id, rank)
            ON CONFLICT (influencer_id, start) DO UPDATE SET rank = excluded.rank WHERE d.rank <> excluded.rank
            """, [ids, ranks, day], cancel), cancellationToken);
    }
}
