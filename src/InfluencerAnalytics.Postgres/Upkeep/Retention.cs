using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Postgres.Upkeep;

/// <summary>Makes partitions ahead and drops what is older than it is kept. One process at a time does it, but two do no harm.</summary>
internal sealed class Retention(PostgresDatabase database, TimeProvider timeProvider, ILogger<Retention> logger)
{
    private const long MissesPerDelete = 100_000;

    private static readonly TimeSpan Ahead = TimeSpan.FromHours(3);

    // Less than the shortest retention, so that what is dropped is none of it.
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    // Dropping waits for those who read or write the table, and they for it: not for long, and again next time.
    private const string LockBriefly = "SET LOCAL lock_timeout = '2s'";

    private readonly Ages _ages = new(timeProvider);
    private readonly LateWaits _pointWaits = new(database, PartitionedSeries.DataPoints, timeProvider, logger);
    private readonly LateWaits _hourWaits = new(database, PartitionedSeries.Hours, timeProvider, logger);
    private readonly LastPoints _lastPoints = new(database);
    private readonly SlotHourMaker _slotHours = new(database);

    /// <returns>Why what is old is not dropped for now; null when it is.</returns>
    public async ValueTask<string?> ApplyAsync(CancellationToken cancellationToken)
    {
        var (now, rolledUntil, daysUntil) = await database.UseAsync(static (connection, cancel) => connection.RowAsync(
            "SELECT influencer_analytics.store_time(), rolled_until, days_rolled_until FROM influencer_analytics.state", [],
            static reader => (reader.GetDateTime(0), reader.GetDateTime(1), reader.GetDateTime(2)), cancel), cancellationToken);
        await MakeAheadAsync(PartitionedSeries.DataPoints, now, cancellationToken);
        await MakeAheadAsync(PartitionedSeries.Hours, now, cancellationToken);
        await MakeAheadAsync(PartitionedSeries.Days, now, cancellationToken);
        // Before what has to wait for others: a million influencers add a gigabyte an hour to it.
        await PruneChangesAsync(now - database.Options.ChangesKept, cancellationToken);
        try
        {
            await DropOldAsync(now, rolledUntil, daysUntil, cancellationToken);
            return null;
        }
        catch (StoreUnavailableException exception) when (PostgresErrors.IsOfALock(exception))
        {
            return $"What is older than it is kept cannot be dropped. {exception.Message}";
        }
    }

    private async ValueTask DropOldAsync(DateTime now, DateTime rolledUntil, DateTime daysUntil, CancellationToken cancellationToken)
    {
        var options = database.Options;
        var old = _ages.Now(now);
        // Nothing goes before it is rolled up.
        if (options.RawRetention is { } raw)
            await DropPointsAsync(now, Earlier(old - raw, rolledUntil), cancellationToken);
        if (options.HourlyRetention is { } hourly)
            await DropHoursAsync(Earlier(Earlier(old - hourly, daysUntil), await _slotHours.ReadNeededFromAsync(cancellationToken)), cancellationToken);
        if (options.DailyRetention is { } daily)
            await DropDaysAsync(old - daily, cancellationToken);
    }

    private async ValueTask MakeAheadAsync(PartitionedSeries series, DateTime now, CancellationToken cancellationToken)
    {
        if (database.Kind!.IsTimescale)
            return;
        await database.UseAsync(async (connection, cancel) =>
        {
            var there = await connection.GetAsync<DateTime?>("SELECT max(ends) FROM influencer_analytics.partitions WHERE series = $1", [series.Table], cancel);
            if (there is null || there < now + Ahead)
                await connection.DoAsync("SELECT influencer_analytics.make_partitions($1, $2, $3, $4)", [series.Table, series.Span, now, now + Ahead], cancel);
            return true;
        }, cancellationToken);
    }

    private async ValueTask DropPointsAsync(DateTime now, DateTime before, CancellationToken cancellationToken)
    {
        var old = await OldAsync(PartitionedSeries.DataPoints, before, cancellationToken);
        foreach (var (starts, ends) in await _pointWaits.ReadyAsync(old, cancellationToken))
        {
            // The latest data point outlives the retention of points.
            await _lastPoints.PutAsideAsync(starts, ends, now - Lately, cancellationToken);
            await DropAsync(PartitionedSeries.DataPoints, ends, cancellationToken);
            await DropMissesAsync(ends, cancellationToken);
        }
    }

    // While a provider was away, an hour has as many misses as it would have points.
    private async ValueTask DropMissesAsync(DateTime before, CancellationToken cancellationToken)
    {
        int dropped;
        do
        {
            dropped = await database.UseAsync((connection, cancel) => connection.DoAsync(
                "DELETE FROM influencer_analytics.misses WHERE ctid = ANY(ARRAY(SELECT ctid FROM influencer_analytics.misses WHERE slot < $1 LIMIT $2))",
                [before, MissesPerDelete], cancel), cancellationToken);
        }
        while (dropped == MissesPerDelete);
    }

    private async ValueTask DropHoursAsync(DateTime before, CancellationToken cancellationToken)
    {
        var old = await OldAsync(PartitionedSeries.Hours, before, cancellationToken);
        foreach (var (_, ends) in await _hourWaits.ReadyAsync(old, cancellationToken))
        {
            await DropAsync(PartitionedSeries.Hours, ends, cancellationToken);
            // The records of slots go with the hours. Whoever was tracked before is tracked at the beginning of what is left.
            await database.WriteAsync(RosterUse.Alone, async (connection, cancel) =>
            {
                await using var batch = connection.CreateBatch();
                batch.Add("DELETE FROM influencer_analytics.slots WHERE slot < $1", ends);
                batch.Add("DELETE FROM influencer_analytics.slot_counts WHERE slot < $1", ends);
                batch.Add("DELETE FROM influencer_analytics.slot_misses WHERE slot < $1", ends);
                // Of no slot is another number tracked by it.
                batch.Add("SELECT set_config('influencer_analytics.adds_up', 'on', true)");
                batch.Add(
                    """
                    WITH old AS (DELETE FROM influencer_analytics.roster_counts WHERE since < $1 RETURNING tracked, gone)
                    INSERT INTO influencer_analytics.roster_counts (since, tracked, gone) SELECT $1 - interval '1 ms', sum(tracked), sum(gone) FROM old HAVING count(*) > 0
                    """, ends);
                return await batch.ExecuteNonQueryAsync(cancel);
            }, cancellationToken);
        }
    }

    // What is told of days: roll-ups, ranks, and the sums of slots, of which days are made.
    private async ValueTask DropDaysAsync(DateTime before, CancellationToken cancellationToken)
    {
        await DropAsync(PartitionedSeries.Days, before, cancellationToken);
        await DropAsync(PartitionedSeries.DayRanks, before, cancellationToken);
        await database.WriteAsync(RosterUse.None, async (connection, cancel) =>
        {
            await using var batch = connection.CreateBatch();
            // The last one says how far this is.
            batch.Add("DELETE FROM influencer_analytics.rank_days WHERE day < $1 AND day < (SELECT max(day) FROM influencer_analytics.rank_days)", before);
            batch.Add("DELETE FROM influencer_analytics.slot_hours WHERE hour < $1 AND hour < (SELECT max(hour) FROM influencer_analytics.slot_hours)", before);
            return await batch.ExecuteNonQueryAsync(cancel);
        }, cancellationToken);
    }

    private ValueTask<List<(DateTime Starts, DateTime Ends)>> OldAsync(PartitionedSeries series, DateTime before, CancellationToken cancellationToken) => database.UseAsync(
        (connection, cancel) => connection.ListAsync(
            "SELECT starts, ends FROM influencer_analytics.partitions WHERE series = $1 AND ends <= $2 ORDER BY ends", [series.Table, before],
            static reader => (reader.GetDateTime(0), reader.GetDateTime(1)), cancel), cancellationToken);

    private ValueTask<int> DropAsync(PartitionedSeries series, DateTime before, CancellationToken cancellationToken) =>
        database.WriteAsync(RosterUse.None, async (connection, cancel) =>
        {
            await connection.DoAsync(LockBriefly, [], cancel);
            var dropped = await connection.GetAsync<int>("SELECT influencer_analytics.drop_before($1, $2)", [series.Table, before], cancel);
            if (dropped > 0)
                await connection.DoAsync($"UPDATE influencer_analytics.state SET {series.DroppedBefore} = greatest({series.DroppedBefore}, $1)", [before], cancel);
            return dropped;
        }, cancellationToken);

    private ValueTask<int> PruneChangesAsync(DateTime before, CancellationToken cancellationToken) => database.UseAsync((connection, cancel) => connection.DoAsync(
        """
        WITH pruned AS (DELETE FROM influencer_analytics.changes WHERE at < $1 RETURNING xid)
        UPDATE influencer_analytics.state SET changes_pruned_to = greatest(changes_pruned_to, (SELECT max(xid) FROM pruned)) WHERE EXISTS (SELECT FROM pruned)
        """, [before], cancel), cancellationToken);

    private static DateTime Earlier(DateTime one, DateTime other) => one < other ? one : other;
}
