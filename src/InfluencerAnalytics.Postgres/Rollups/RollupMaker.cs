using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Ranks;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Rollups;

/// <summary>
/// Rolls up the hours that are over, then the days, and anew what got points since. In slices of influencers, each a short transaction; what was cut short is done again. One
/// process at a time does it, but two do no harm.
/// </summary>
internal sealed class RollupMaker(PostgresDatabase database, Partitions partitions, Ages ages)
{
    // Three million points of an hour at a minute each: some seconds.
    private const int IdsPerSlice = 50_000;

    private const int LatePerSlice = 5_000;

    // Each may have a batch of a thousand compressed rows decompressed, of its hour: a million rows take some seconds, and a statement has half a minute.
    private const int LatePerSliceOfTimescale = 1_000;

    /// <summary>Rolls up the next hour, or day, that is over; false when all are.</summary>
    /// <param name="mayGoOn">Asked between slices; when it says no, the rest is left.</param>
    public async ValueTask<bool> RollUpNextAsync(Func<ValueTask<bool>> mayGoOn, CancellationToken cancellationToken)
    {
        var progress = await ReadProgressAsync(cancellationToken);
        if (progress.Hour is not { } hour)
            return false;
        if (progress.DaysUntil is { } day && day.AddDays(1) <= progress.Hour)
            return await RollUpDayAsync(day, mayGoOn, cancellationToken);
        if (hour.AddHours(1) > Moments.HourOf(progress.Now - database.Options.RollupDelay))
            return false;
        return await RollUpHourAsync(hour, mayGoOn, cancellationToken);
    }

    /// <summary>Rolls up anew what got points since; false when there is nothing.</summary>
    public ValueTask<bool> MendLateAsync(CancellationToken cancellationToken) => database.WriteAsync(RosterUse.None, async (connection, cancel) =>
    {
        // Who adds a point to one of these meanwhile waits for this to end, and notes it anew.
        var late = await connection.ListAsync(
            """
            DELETE FROM influencer_analytics.late_hours WHERE (influencer_id, hour) IN (
                SELECT influencer_id, hour FROM influencer_analytics.late_hours
                WHERE hour < (SELECT rolled_until FROM influencer_analytics.state) ORDER BY influencer_id, hour LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING influencer_id, hour
            """, [database.Kind!.IsTimescale ? LatePerSliceOfTimescale : LatePerSlice], static reader => (Id: reader.GetInt64(0), Hour: reader.GetDateTime(1)), cancel);
        if (late.Count == 0)
            return false;
        await partitions.EnsureAsync(connection, PartitionedSeries.Hours, [.. late.Select(static one => one.Hour).Distinct()], cancel);
        await connection.DoAsync(
            $"""
            INSERT INTO influencer_analytics.hours ({RollupRows.Columns})
            SELECT d.influencer_id, u.hour, {RollupRows.OfPoints} FROM unnest($1::bigint[], $2::timestamptz[]) AS u (id, hour)
            JOIN influencer_analytics.data_points d ON d.influencer_id = u.id AND d.slot >= u.hour AND d.slot < u.hour + interval '1 hour' AND d.slot >= $3 AND d.slot < $4
            GROUP BY 1, 2 {RollupRows.Replace}
            """,
            [late.Select(static one => one.Id).ToArray(), late.Select(static one => one.Hour).ToArray(), late.Min(static one => one.Hour), late.Max(static one => one.Hour).AddHours(1)], cancel);
        List<(long Id, DateTime Day)> days = [.. late.Select(static one => (one.Id, Moments.DayOf(one.Hour))).Distinct()];
        await LateDays.NoteAsync(connection, await MendDaysAsync(connection, days, cancel), cancel);
        return true;
    }, cancellationToken);

    private ValueTask<Progress> ReadProgressAsync(CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
    {
        var (now, hours, days, dropped) = await connection.RowAsync(
            "SELECT influencer_analytics.store_time(), rolled_until, days_rolled_until, coalesce(points_dropped_before, '-infinity') FROM influencer_analytics.state", [],
            static reader => (reader.GetDateTime(0), reader.GetDateTime(1), reader.GetDateTime(2), reader.GetDateTime(3)), cancel);
        var first = await connection.GetAsync<DateTime?>("SELECT min(slot) FROM influencer_analytics.slot_counts WHERE stored > 0", [], cancel);
        DateTime? hour = hours != DateTime.MinValue ? hours : first is { } slot ? Moments.HourOf(slot) : null;
        // What retention has dropped is past rolling up. What is old enough to be dropped is not: it waits for this.
        if (hour < dropped)
            hour = Moments.HourOf(dropped);
        // What is over goes by both clocks: an hour that is rolled up before it was makes every reading of it late.
        return new Progress(ages.Now(now), hour, days != DateTime.MinValue ? days : first is { } any ? Moments.DayOf(any) : null);
    }, cancellationToken);

    private async ValueTask<bool> RollUpHourAsync(DateTime hour, Func<ValueTask<bool>> mayGoOn, CancellationToken cancellationToken)
    {
        var end = hour.AddHours(1);
        // From here on a point of this hour is late; those under way are through.
        var any = await database.WriteAsync(RosterUse.Alone, async (connection, cancel) =>
        {
            await connection.DoAsync(
                "UPDATE influencer_analytics.state SET rolling_until = greatest(rolling_until, $1), rolled_from = least(rolled_from, $2)", [end, hour], cancel);
            await partitions.EnsureAsync(connection, PartitionedSeries.Hours, [hour], cancel);
            return await connection.GetAsync<bool>("SELECT EXISTS (SELECT FROM influencer_analytics.slot_counts WHERE slot >= $1 AND slot < $2 AND stored > 0)", [hour, end], cancel);
        }, cancellationToken);
        if (any && !await InSlicesAsync(
            $"""
            INSERT INTO influencer_analytics.hours ({RollupRows.Columns})
            SELECT influencer_id, $3, {RollupRows.OfPoints} FROM influencer_analytics.data_points
            WHERE influencer_id > $1 AND influencer_id <= $2 AND slot >= $3 AND slot < $4 GROUP BY influencer_id {RollupRows.Replace}
            """, hour, end, mayGoOn, cancellationToken))
            return true;
        await SetAsync("UPDATE influencer_analytics.state SET rolled_until = greatest(rolled_until, $1)", end, cancellationToken);
        return true;
    }

    private async ValueTask<bool> RollUpDayAsync(DateTime day, Func<ValueTask<bool>> mayGoOn, CancellationToken cancellationToken)
    {
        var end = day.AddDays(1);
        await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
        {
            await partitions.EnsureAsync(connection, PartitionedSeries.Days, [day], cancel);
            return true;
        }, cancellationToken);
        if (!await InSlicesAsync(
            $"""
            INSERT INTO influencer_analytics.days ({RollupRows.Columns})
            SELECT influencer_id, $3, {RollupRows.OfHours} FROM influencer_analytics.hours
            WHERE influencer_id > $1 AND influencer_id <= $2 AND start >= $3 AND start < $4 GROUP BY influencer_id ON CONFLICT (influencer_id, start) DO NOTHING
            """, day, end, mayGoOn, cancellationToken))
            return true;
        await SetAsync("UPDATE influencer_analytics.state SET days_rolled_until = greatest(days_rolled_until, $1)", end, cancellationToken);
        return true;
    }

    private async ValueTask<bool> InSlicesAsync(string sql, DateTime start, DateTime end, Func<ValueTask<bool>> mayGoOn, CancellationToken cancellationToken)
    {
        for (var afterId = 0L; ;)
        {
            if (!await mayGoOn())
                return false;
            var lastId = await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
            {
                var last = await connection.GetAsync<long?>(
                    "SELECT max(influencer_id) FROM (SELECT influencer_id FROM influencer_analytics.roster WHERE influencer_id > $1 ORDER BY influencer_id LIMIT $2) slice",
                    [afterId, (long)IdsPerSlice], cancel);
                if (last is not null)
                    await connection.DoAsync(sql, [afterId, last, start, end], cancel);
                return last;
            }, cancellationToken);
            if (lastId is null)
                return true;
            afterId = lastId.Value;
        }
    }

    // Of a day that is cut short some are there, which going on with it leaves as they are. Those whose last follower count is another one now.
    private static async Task<List<(long Id, DateTime Day)>> MendDaysAsync(NpgsqlConnection connection, List<(long Id, DateTime Day)> days, CancellationToken cancellationToken)
    {
        object?[] which = [days.Select(static one => one.Id).ToArray(), days.Select(static one => one.Day).ToArray()];
        var before = (await connection.ListAsync(
            """
            SELECT d.influencer_id, d.start, d.followers_last FROM unnest($1::bigint[], $2::timestamptz[]) AS u (id, day)
            JOIN influencer_analytics.days d ON d.influencer_id = u.id AND d.start = u.day
            """, which, ReadLast, cancellationToken)).ToHashSet();
        var now = await connection.ListAsync(
            $"""
            INSERT INTO influencer_analytics.days ({RollupRows.Columns})
            SELECT h.influencer_id, u.day, {RollupRows.OfHours} FROM unnest($1::bigint[], $2::timestamptz[]) AS u (id, day)
            JOIN influencer_analytics.hours h ON h.influencer_id = u.id AND h.start >= u.day AND h.start < u.day + interval '1 day'
            WHERE u.day < (SELECT days_rolled_until FROM influencer_analytics.state)
               OR EXISTS (SELECT FROM influencer_analytics.days d WHERE d.influencer_id = u.id AND d.start = u.day)
            GROUP BY 1, 2 {RollupRows.Replace} RETURNING influencer_id, start, followers_last
            """, which, ReadLast, cancellationToken);
        return [.. now.Where(row => !before.Contains(row)).Select(static row => (row.Id, row.Day))];
    }

    private static (long Id, DateTime Day, long Last) ReadLast(NpgsqlDataReader reader) => (reader.GetInt64(0), reader.GetDateTime(1), reader.GetInt64(2));

    private ValueTask<int> SetAsync(string sql, DateTime moment, CancellationToken cancellationToken) =>
        database.UseAsync((connection, cancel) => connection.DoAsync(sql, [moment], cancel), cancellationToken);

    /// <param name="Now">By whichever clock is behind, the store's or this machine's.</param>
    /// <param name="Hour">The first hour that is not rolled up; null while there are no points.</param>
    /// <param name="DaysUntil">The first day that is not.</param>
    private readonly record struct Progress(DateTime Now, DateTime? Hour, DateTime? DaysUntil);
}
