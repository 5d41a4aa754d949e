using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Ranks;

/// <summary>What late readings do to the ranks of days.</summary>
internal static class LateDays
{
    /// <summary>
    /// Takes a turn to the end of the transaction: beside others that note late readings, but before or behind the beginning of a ranking, which then reads what they have changed or is found by
    /// them.
    /// </summary>
    public const string Beside = "SELECT pg_advisory_xact_lock_shared(hashtext('influencer_analytics.rank_days'))";

    /// <summary>Takes a turn to the end of the transaction, alone.</summary>
    public const string Alone = "SELECT pg_advisory_xact_lock(hashtext('influencer_analytics.rank_days'))";

    /// <summary>
    /// Notes of whom late readings have changed the last follower count of a day: the rank is that of another count, and not known until the day is ranked again. A ranking of the day that is
    /// under way may have read either, and is in vain.
    /// </summary>
    /// <param name="changed">Of each its day.</param>
    public static async Task NoteAsync(NpgsqlConnection connection, IReadOnlyCollection<(long Id, DateTime Day)> changed, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
            return;
        await connection.DoAsync(Beside, [], cancellationToken);
        // In order, and before the ranks: what is written of a day takes turns at its row.
        var counts = changed.CountBy(static one => one.Day).OrderBy(static day => day.Key).ToList();
        await connection.DoAsync(
            """
            WITH days AS (
                SELECT d.day, u.late FROM unnest($1::timestamptz[], $2::bigint[]) AS u (day, late) JOIN influencer_analytics.rank_days d ON d.day = u.day ORDER BY d.day FOR UPDATE OF d)
            UPDATE influencer_analytics.rank_days d SET late = d.late + days.late, making = CASE WHEN d.is_whole THEN d.making ELSE d.making + 1 END FROM days WHERE d.day = days.day
            """, [counts.Select(static day => day.Key).ToArray(), counts.Select(static day => (long)day.Value).ToArray()], cancellationToken);
        // The bounds spare looking into each partition, and decompressing what is of others.
        await connection.DoAsync(
            """
            UPDATE influencer_analytics.day_ranks r SET rank = 0 FROM unnest($1::bigint[], $2::timestamptz[]) AS u (id, day)
            WHERE r.influencer_id = u.id AND r.start = u.day AND r.start BETWEEN $3 AND $4 AND r.influencer_id BETWEEN $5 AND $6 AND r.rank <> 0
            """,
            [
                changed.Select(static one => one.Id).ToArray(), changed.Select(static one => one.Day).ToArray(), counts[0].Key, counts[^1].Key,
                changed.Min(static one => one.Id), changed.Max(static one => one.Id),
            ], cancellationToken);
    }
}
