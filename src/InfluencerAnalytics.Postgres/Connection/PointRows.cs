using InfluencerAnalytics.Influencers;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>Data points as rows.</summary>
internal static class PointRows
{
    /// <summary>In the order of <see cref="Read"/>.</summary>
    public const string Columns = "influencer_id, followers, following, slot, retrieved_at, username";

    public static DataPoint Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Moments.Ms(reader.GetDateTime(3)), Moments.Ms(reader.GetDateTime(4)), reader.GetString(5));
}
