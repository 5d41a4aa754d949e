using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Postgres.Ranks;

/// <summary>Reads the ranks of one influencer. Safe for concurrent use.</summary>
internal sealed class RankReader(PostgresDatabase database)
{
    public ValueTask<IReadOnlyList<DayRank>> ReadAsync(long influencerId, long startMs, long endMs, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<DayRank>>(async (connection, cancel) => endMs < 0 || startMs > endMs ? [] : await connection.ListAsync(
            """
            SELECT r.start, r.rank, d.influencers FROM influencer_analytics.day_ranks r JOIN influencer_analytics.rank_days d ON d.day = r.start AND d.is_whole
            WHERE r.influencer_id = $1 AND r.rank > 0 AND r.start BETWEEN $2 AND $3
              AND NOT EXISTS (SELECT FROM influencer_analytics.late_hours l WHERE l.influencer_id = r.influencer_id AND l.hour >= r.start AND l.hour < r.start + interval '24 hours')
            ORDER BY r.start
            """, [influencerId, Moments.Of(startMs), Moments.Of(endMs)],
            static reader => new DayRank(Moments.Ms(reader.GetDateTime(0)), reader.GetInt32(1), (int)reader.GetInt64(2)), cancel), cancellationToken);
}
