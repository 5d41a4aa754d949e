using System.Numerics;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Slots;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>The sums of hours as rows, and the SQL that tells which are made.</summary>
internal static class SlotHourRows
{
    /// <summary>Of the table, and of what <c>sum_slots</c> gives, in the order of <see cref="Read"/>.</summary>
    public const string Columns = "hour, slots, stored, follower_sum, following_sum, least_stored, most_stored, most_tracked";

    /// <summary>Hours before it are made, those without a record excepted, which have no row: they are made in their order.</summary>
    public const string MadeUntil = "(SELECT coalesce(max(hour) + interval '1 hour', '-infinity') FROM influencer_analytics.slot_hours)";

    /// <summary>The first slot whose hour is not made, and is not dropped.</summary>
    public const string FirstNotMade =
        $"(SELECT min(slot) FROM influencer_analytics.slots WHERE slot >= greatest({MadeUntil}, (SELECT hours_dropped_before FROM influencer_analytics.state)))";

    public static SlotSum Read(NpgsqlDataReader reader) => new(
        Moments.Ms(reader.GetDateTime(0)), reader.GetInt32(1), reader.GetInt64(2), (Int128)reader.GetFieldValue<BigInteger>(3), (Int128)reader.GetFieldValue<BigInteger>(4),
        reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7));
}
