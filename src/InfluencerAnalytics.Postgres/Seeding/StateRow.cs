using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Seeding;

/// <summary>The one row of what the deployment is at.</summary>
internal static class StateRow
{
    /// <summary>
    /// The version that a change of the roster makes, and the store's time in epoch milliseconds. For who has the roster alone: nobody else makes the
    /// same one. The row is locked besides, since upkeep notes in it how far it is and asks for no roster.
    /// </summary>
    public static Task<(long Version, long Now)> NextVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowAsync(
            "SELECT roster_version + 1, influencer_analytics.store_time() FROM influencer_analytics.state FOR UPDATE", [],
            static reader => (reader.GetInt64(0), Moments.Ms(reader.GetDateTime(1))), cancellationToken);
}
