using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Suspicion;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Suspicion;

/// <summary>Verdicts as rows.</summary>
internal static class VerdictRows
{
    /// <summary>In the order of <see cref="Read"/> and <see cref="Values"/>.</summary>
    public const string Columns = "influencer_id, suspicious, checked_at, followers, following";

    /// <summary>Those of <see cref="Values"/>.</summary>
    public const string Given = "unnest($1::bigint[], $2::boolean[], $3::timestamptz[], $4::bigint[], $5::bigint[])";

    public static SuspicionVerdict Read(NpgsqlDataReader reader) =>
        new(reader.GetInt64(0), reader.GetBoolean(1), Moments.Ms(reader.GetDateTime(2)), reader.GetInt64(3), reader.GetInt64(4));

    public static object?[] Values(List<SuspicionVerdict> verdicts) =>
    [
        verdicts.ConvertAll(static verdict => verdict.InfluencerId).ToArray(), verdicts.ConvertAll(static verdict => verdict.IsSuspicious).ToArray(),
        verdicts.ConvertAll(static verdict => Moments.Of(verdict.CheckedAt)).ToArray(), verdicts.ConvertAll(static verdict => verdict.FollowerCount).ToArray(),
        verdicts.ConvertAll(static verdict => verdict.FollowingCount).ToArray(),
    ];
}
