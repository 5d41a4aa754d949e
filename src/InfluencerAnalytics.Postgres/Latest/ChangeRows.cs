using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Points;
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
        var row = new List<LatestPoint>(Math.Min(inserted.Count, PointsPerRow));
        for (var i = 0; i < inserted.Count; i++)
        {
            var point = inserted[i];
            row.Add(new LatestPoint(point.InfluencerId, point.FollowerCount, point.FollowingCount, point.Slot, point.RetrievedAt, statusOf(point.InfluencerId)));
            if (row.Count < PointsPerRow && i + 1 < inserted.Count && inserted[i + 1].Slot == point.Slot)
                continue;
            Add(batch, Moments.Of(point.Slot), row);
            row.Clear();
        }
    }

    /// <summary>Those whose place in the roster changed: whoever reads it looks their latest data points up.</summary>
    public static void SaveMoved(NpgsqlBatch batch, IEnumerable<long> ids)
    {
        foreach (var some in ids.Chunk(PointsPerRow))
            Add(batch, null, [.. some.Select(static id => new LatestPoint { InfluencerId = id })]);
    }

    private static void Add(NpgsqlBatch batch, DateTime? slot, List<LatestPoint> points) => batch.Add(
        "INSERT INTO influencer_analytics.changes (slot, influencers, body) VALUES ($1::timestamptz, $2, $3)",
        slot, points.Count, ChangeCodec.Pack(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points)));
}
