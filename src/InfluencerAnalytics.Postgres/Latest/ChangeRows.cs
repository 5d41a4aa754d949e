using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Latest;

/// <summary>Writes the list of changes, by which API processes follow.</summary>
internal static class ChangeRows
{
    // A row is read whole, for a page of some thousand.
    private const int PointsPerRow = 2000;

    /// <param name="inserted">Sorted by slot.</param>
    /// <param name="statusOf">How one stands now.</param>
    public static void Save(NpgsqlBatch batch, IReadOnlyList<DataPoint> inserted, Func<long, InfluencerStatus> statusOf)
    {
        for (var first = 0; first < inserted.Count;)
        {
            var end = first;
            while (end < inserted.Count && end - first < PointsPerRow && inserted[end].Slot == inserted[first].Slot)
                end++;
            Add(batch, inserted, first, end - first, statusOf);
            first = end;
        }
    }

    private static void Add(NpgsqlBatch batch, IReadOnlyList<DataPoint> points, int first, int count, Func<long, InfluencerStatus> statusOf)
    {
        var ids = new long[count];
        var followers = new long[count];
        var following = new long[count];
        var retrieved = new DateTime[count];
        var statuses = new short[count];
        for (var i = 0; i < count; i++)
        {
            var point = points[first + i];
            (ids[i], followers[i], following[i]) = (point.InfluencerId, point.FollowerCount, point.FollowingCount);
            retrieved[i] = Moments.Of(point.RetrievedAt);
            statuses[i] = (short)statusOf(point.InfluencerId);
        }
        batch.Add(
            "INSERT INTO influencer_analytics.changes (slot, influencer_ids, followers, following, retrieved_at, statuses) VALUES ($1, $2, $3, $4, $5, $6)",
            Moments.Of(points[first].Slot), ids, followers, following, retrieved, statuses);
    }
}
