using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>
/// Makes the sums of each hour's slots once the hour is rolled up, and anew what records have changed since, an hour at a time. One process at a time does it, but two do no harm.
/// </summary>
internal sealed class SlotHourMaker(PostgresDatabase database)
{
    /// <summary>Makes the next hour, or one again; false when there is none.</summary>
    public ValueTask<bool> MakeNextAsync(CancellationToken cancellationToken) => database.WriteAsync(RosterUse.None, static async (connection, cancel) =>
    {
        // One at a time, and what each command sees is from after the lock: an older sum never takes the place of a newer one.
        await connection.DoAsync("SELECT pg_advisory_xact_lock(hashtext('influencer_analytics.slot_hours'))", [], cancel);
        var hour = await connection.GetAsync<DateTime?>(
            $"""
            SELECT coalesce(
                (SELECT min(hour) FROM influencer_analytics.stale_slot_hours WHERE hour < {SlotHourRows.MadeUntil}),
                (SELECT date_trunc('hour', first, 'UTC') FROM {SlotHourRows.FirstNotMade} AS slots (first) WHERE first < (SELECT rolled_until FROM influencer_analytics.state)))
            """, [], cancel);
        if (hour is null)
            return false;
        await MakeAsync(connection, hour.Value, cancel);
        return true;
    }, cancellationToken);

    /// <summary>The first moment of which the records of slots are still needed: the hours before it are made.</summary>
    public ValueTask<DateTime> ReadNeededFromAsync(CancellationToken cancellationToken) => database.UseAsync(static (connection, cancel) => connection.GetAsync<DateTime>(
        $"SELECT coalesce(least((SELECT min(hour) FROM influencer_analytics.stale_slot_hours), date_trunc('hour', {SlotHourRows.FirstNotMade}, 'UTC')), 'infinity')", [], cancel), cancellationToken);

    // The notes first: who changes a record from here on leaves one behind.
    private static async Task MakeAsync(NpgsqlConnection connection, DateTime hour, CancellationToken cancellationToken)
    {
        await connection.DoAsync("DELETE FROM influencer_analytics.stale_slot_hours WHERE hour = $1", [hour], cancellationToken);
        await connection.DoAsync(
            $"""
            INSERT INTO influencer_analytics.slot_hours ({SlotHourRows.Columns})
            SELECT {SlotHourRows.Columns} FROM influencer_analytics.sum_slots($1, $2)
            ON CONFLICT (hour) DO UPDATE SET slots = excluded.slots, stored = excluded.stored, follower_sum = excluded.follower_sum, following_sum = excluded.following_sum,
                least_stored = excluded.least_stored, most_stored = excluded.most_stored, most_tracked = excluded.most_tracked
            """, [hour, hour.AddHours(1)], cancellationToken);
    }
}
