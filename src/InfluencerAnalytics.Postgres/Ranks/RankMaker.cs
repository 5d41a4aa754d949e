using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Postgres.Ranks;

/// <summary>
/// Ranks each day whose roll-ups are made: reads the day's last follower counts, sorts them in this process, 16 bytes an influencer, and writes the ranks; both in slices of influencers, each a
/// short transaction. What was cut short is done again. One process at a time does it; where one stood still and another took over, what is written is that of the one that began last: each
/// making of a day has a number, and looks for it in the transaction of each write.
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
        var making = await BeginAsync(day, cancellationToken);
        var ranking = new DayRanking(IdsPerSlice);
        if (!await CollectAsync(ranking, day, mayGoOn, cancellationToken))
            return true;
        ranking.Rank();
        for (var first = 0; first < ranking.Count; first += IdsPerSlice)
        {
            if (!await mayGoOn())
                return true;
            if (!await TryWriteAsync(ranking, first, (day, making), cancellationToken))
                return true;
        }
        await database.UseAsync((connection, cancel) => connection.DoAsync(
            "UPDATE influencer_analytics.rank_days SET influencers = $3, is_whole = true WHERE day = $1 AND making = $2", [day, making, (long)ranking.Count], cancel), cancellationToken);
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

    // From here on the ranks of the day are not known, and what late readings change of it is counted anew. The number of this making.
    private async ValueTask<long> BeginAsync(DateTime day, CancellationToken cancellationToken)
    {
        // By itself: whoever notes late readings holds what this may take, and would wait for the other.
        await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
        {
            await partitions.EnsureAsync(connection, PartitionedSeries.DayRanks, [day], cancel);
            return true;
        }, cancellationToken);
        return await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
        {
            await connection.DoAsync(LateDays.Alone, [], cancel);
            return await connection.GetAsync<long>(
                """
                INSERT INTO influencer_analytics.rank_days AS d (day, influencers, late, is_whole, making) VALUES ($1, 0, 0, false, 1)
                ON CONFLICT (day) DO UPDATE SET influencers = 0, late = 0, is_whole = false, making = d.making + 1 RETURNING making
                """, [day], cancel);
        }, cancellationToken);
    }

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

    // False when another making of the day has begun since, or late readings have changed it.
    private ValueTask<bool> TryWriteAsync(DayRanking ranking, int first, (DateTime Day, long Number) making, CancellationToken cancellationToken)
    {
        var count = Math.Min(IdsPerSlice, ranking.Count - first);
        var (ids, ranks) = (new long[count], new int[count]);
        for (var i = 0; i < count; i++)
            (ids[i], ranks[i]) = ranking.At(first + i);
        return database.WriteAsync(RosterUse.None, async (connection, cancel) =>
        {
            // Held to the end: who begins waits for this write, and writes over it.
            if (await connection.GetAsync<long?>(
                "SELECT making FROM influencer_analytics.rank_days WHERE day = $1 AND making = $2 FOR SHARE", [making.Day, making.Number], cancel) is null)
                return false;
            await connection.DoAsync(
                """
                INSERT INTO influencer_analytics.day_ranks AS d (influencer_id, start, rank) SELECT u.id, $3, u.rank FROM unnest($1::bigint[], $2::integer[]) AS u (id, rank)
                ON CONFLICT (influencer_id, start) DO UPDATE SET rank = excluded.rank WHERE d.rank <> excluded.rank
                """, [ids, ranks, making.Day], cancel);
            return true;
        }, cancellationToken);
    }
}
