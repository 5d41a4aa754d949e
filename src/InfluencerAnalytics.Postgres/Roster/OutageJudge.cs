using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Roster;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Roster;

/// <summary>Whether so many influencers turned not-found that it is the provider's fault, within one write that has the roster alone.</summary>
internal sealed class OutageJudge
{
    private readonly long _roster;
    private readonly bool _certain;
    private long _turned;

    private OutageJudge(long windowStart, long roster, long turned, bool certain) => (WindowStart, _roster, _turned, _certain) = (windowStart, roster, turned, certain);

    /// <summary>Those who turned from here on count, in epoch milliseconds.</summary>
    public long WindowStart { get; }

    public bool IsOutage => _certain || NotFoundOutage.Is(_turned, _roster);

    public static async Task<OutageJudge> ReadAsync(NpgsqlConnection connection, long now, TimeSpan interval, int goneAfter, CancellationToken cancellationToken)
    {
        var start = NotFoundOutage.WindowStart(now, interval, goneAfter);
        var roster = await CountRosterAsync(connection, cancellationToken);
        // No more are counted than tell: in an outage of a million, each write would count a million.
        var enough = roster / NotFoundOutage.OneIn + 2 * NotFoundOutage.Least;
        var turned = await connection.GetAsync<long>(
            "SELECT count(*) FROM (SELECT FROM influencer_analytics.roster WHERE turned_at >= $1 AND status IN (1, 2) LIMIT $2) turned", [Moments.Of(start), enough], cancellationToken);
        return new OutageJudge(start, roster, turned, turned == enough);
    }

    /// <summary>Tracked and gone.</summary>
    public static Task<long> CountRosterAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.GetAsync<long>("SELECT coalesce(sum(tracked + gone), 0)::bigint FROM influencer_analytics.roster_counts", [], cancellationToken);

    /// <summary>One turned, or is back.</summary>
    public void Note(long turnedBefore, long turnedNow) => _turned += (turnedNow >= WindowStart ? 1 : 0) - (turnedBefore >= WindowStart ? 1 : 0);
}
