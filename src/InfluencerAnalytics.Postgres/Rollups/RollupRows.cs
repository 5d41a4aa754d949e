using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Points;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Rollups;

/// <summary>Roll-ups as rows, and the SQL that makes them.</summary>
internal static class RollupRows
{
    /// <summary>Of the tables of hours and days, in the order of <see cref="Read"/>.</summary>
    public const string Columns =
        "influencer_id, start, count, followers_sum, followers_min, followers_max, followers_first, followers_last, following_sum, following_min, following_max, following_first, following_last";

    /// <summary>What a group of points comes to, after its key. Sums beyond 64 bits stop there, as in every store.</summary>
    public const string OfPoints =
        """
        count(*)::integer,
        least(sum(followers), 9223372036854775807)::bigint, min(followers), max(followers),
        (array_agg(followers ORDER BY slot))[1], (array_agg(followers ORDER BY slot))[count(*)],
        least(sum(following), 9223372036854775807)::bigint, min(following), max(following),
        (array_agg(following ORDER BY slot))[1], (array_agg(following ORDER BY slot))[count(*)]
        """;

    /// <summary>What a group of hours comes to, after its key.</summary>
    public const string OfHours =
        """
        sum(count)::integer,
        least(sum(followers_sum), 9223372036854775807)::bigint, min(followers_min), max(followers_max),
        (array_agg(followers_first ORDER BY start))[1], (array_agg(followers_last ORDER BY start))[count(*)],
        least(sum(following_sum), 9223372036854775807)::bigint, min(following_min), max(following_max),
        (array_agg(following_first ORDER BY start))[1], (array_agg(following_last ORDER BY start))[count(*)]
        """;

    /// <summary>Behind an INSERT: what is there is made anew.</summary>
    public const string Replace =
        """
        ON CONFLICT (influencer_id, start) DO UPDATE SET count = excluded.count,
            followers_sum = excluded.followers_sum, followers_min = excluded.followers_min, followers_max = excluded.followers_max,
            followers_first = excluded.followers_first, followers_last = excluded.followers_last,
            following_sum = excluded.following_sum, following_min = excluded.following_min, following_max = excluded.following_max,
            following_first = excluded.following_first, following_last = excluded.following_last
        """;

    public static string TableOf(RollupPeriod period) => period == RollupPeriod.Hour ? "hours" : "days";

    public static Rollup Read(NpgsqlDataReader reader, RollupPeriod period) => new(
        reader.GetInt64(0), period, Moments.Ms(reader.GetDateTime(1)), reader.GetInt32(2),
        new RollupColumn(reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7)),
        new RollupColumn(reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12)));
}
