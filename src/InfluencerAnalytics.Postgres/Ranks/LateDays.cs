using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Ranks;

/// <summary>Counts how many roll-ups of ranked days late readings have changed since.</summary>
internal static class LateDays
{
    /// <param name="days">Of each roll-up its day.</param>
    public static Task<int> NoteAsync(NpgsqlConnection connection, IEnumerable<DateTime> days, CancellationToken cancellationToken)
    {
        var counts = days.CountBy(static day => day).OrderBy(static day => day.Key).ToList();
        return connection.DoAsync(
            "UPDATE influencer_analytics.rank_days d SET late = d.late + u.late FROM unnest($1::timestamptz[], $2::bigint[]) AS u (day, late) WHERE d.day = u.day",
            [counts.Select(static day => day.Key).ToArray(), counts.Select(static day => (long)day.Value).ToArray()], cancellationToken);
    }
}
