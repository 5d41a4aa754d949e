using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Rollups;

/// <summary>Notes the hours of influencers that got points after they were rolled up.</summary>
internal static class LateHours
{
    public static void Note(NpgsqlBatch batch, IReadOnlyList<DataPoint> inserted, DateTime rollingUntil)
    {
        if (inserted.Count == 0 || Moments.Of(inserted[0].Slot) >= rollingUntil)
            return;
        var late = inserted.Select(static point => (Id: point.InfluencerId, Slot: Moments.Of(point.Slot)))
            .Where(point => point.Slot < rollingUntil).Select(static point => (point.Id, Hour: Moments.HourOf(point.Slot))).Distinct().Order().ToList();
        // One that is noted already is locked until this write is through: who mends it before would not see the points, and strike the note.
        batch.Add(
            """
            INSERT INTO influencer_analytics.late_hours (influencer_id, hour) SELECT * FROM unnest($1::bigint[], $2::timestamptz[])
            ON CONFLICT (influencer_id, hour) DO UPDATE SET hour = excluded.hour
            """,
            late.Select(static one => one.Id).ToArray(), late.Select(static one => one.Hour).ToArray());
    }
}
