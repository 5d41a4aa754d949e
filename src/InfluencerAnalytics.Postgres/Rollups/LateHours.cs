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
        // One that is noted already is locked all the same, so that nobody rolls it up without this point and forgets it before this point is there.
        batch.Add(
            """
            INSERT INTO influencer_analytics.late_hours (influencer_id, hour) SELECT * FROM unnest($1::bigint[], $2::timestamptz[])
            ON CONFLICT (influencer_id, hour) DO UPDATE SET hour = excluded.hour
            """,
            late.Select(static one => one.Id).ToArray(), late.Select(static one => one.Hour).ToArray());
    }
}
