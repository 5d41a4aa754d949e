using System.Data;
using System.Runtime.CompilerServices;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Rollups;

/// <summary>
/// Reads roll-ups: those that are kept, and computed from the points those of hours that are not rolled up yet or got points since. Safe for concurrent use.
/// </summary>
internal sealed class RollupReader(PostgresDatabase database)
{
    private const int IdsPerPage = 500;

    public ValueTask<IReadOnlyList<Rollup>> ReadAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        ReadAsync([influencerId], period, startMs, endMs, cancellationToken);

    /// <summary>The hours of the next influencers.</summary>
    public async ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken)
    {
        var ids = await IdsAsync(afterId, influencers, cancellationToken);
        return ids.Length == 0 ? new HoursPage([], null) : new HoursPage(await ReadAsync(ids, RollupPeriod.Hour, startMs, endMs - 1, cancellationToken), ids[^1]);
    }

    /// <summary>Of all influencers, by weeks of hours and years of days, in such a period by id and bucket; a page of influencers at a time.</summary>
    /// <param name="from">Nothing lies before it; null when there is nothing.</param>
    public async IAsyncEnumerable<Rollup> ReadAllAsync(RollupPeriod period, long startMs, long endMs, long? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (from is not { } first || endMs < startMs)
            yield break;
        var now = await database.UseAsync(static (connection, cancel) => connection.GetAsync<DateTime>("SELECT influencer_analytics.store_time()", [], cancel), cancellationToken);
        // Points lie ahead of now by no more than clocks differ.
        var end = Math.Min(endMs, Moments.Ms(now.AddDays(1)));
        var span = (long)(period == RollupPeriod.Hour ? TimeSpan.FromDays(7) : TimeSpan.FromDays(366)).TotalMilliseconds;
        for (var start = Math.Max(startMs, first); start <= end; start += span)
        {
            var afterId = 0L;
            while (await IdsAsync(afterId, IdsPerPage, cancellationToken) is { Length: > 0 } ids)
            {
                foreach (var rollup in await ReadAsync(ids, period, start, Math.Min(end, start + span - 1), cancellationToken))
                    yield return rollup;
                afterId = ids[^1];
            }
        }
    }

    private ValueTask<long[]> IdsAsync(long afterId, int limit, CancellationToken cancellationToken) => database.UseAsync(async (connection, cancel) =>
        (await connection.ListAsync(
            "SELECT influencer_id FROM influencer_analytics.roster WHERE influencer_id > $1 ORDER BY influencer_id LIMIT $2", [afterId, (long)limit],
            static reader => reader.GetInt64(0), cancel)).ToArray(), cancellationToken);

    private ValueTask<IReadOnlyList<Rollup>> ReadAsync(long[] ids, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<Rollup>>(async (connection, cancel) =>
        {
            if (endMs < 0 || startMs > endMs)
                return [];
            var (start, end) = (Moments.Of(startMs), Moments.Of(endMs));
            // One snapshot of the database for all of it.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            var rollups = period == RollupPeriod.Hour ? await HoursAsync(connection, ids, start, end, cancel) : await DaysAsync(connection, ids, start, end, cancel);
            return [.. rollups.Values];
        }, cancellationToken);

    private static async Task<SortedDictionary<(long Id, long Start), Rollup>> HoursAsync(
        NpgsqlConnection connection, long[] ids, DateTime start, DateTime end, CancellationToken cancellationToken)
    {
        var hours = await StoredAsync(connection, RollupPeriod.Hour, ids, start, end, cancellationToken);
        // A bucket counts by its start: whole hours only.
        var first = start == Moments.HourOf(start) ? start : Moments.HourOf(start).AddHours(1);
        var behind = Moments.HourOf(end).AddHours(1);
        foreach (var computed in await connection.ListAsync(
            $"""
            SELECT influencer_id, date_trunc('hour', slot, 'UTC'), {RollupRows.OfPoints} FROM influencer_analytics.data_points
            WHERE influencer_id = ANY($1) AND slot >= greatest($2, (SELECT rolled_until FROM influencer_analytics.state)) AND slot < $3
            GROUP BY 1, 2
            UNION ALL
            SELECT l.influencer_id, l.hour, {RollupRows.OfPoints} FROM influencer_analytics.late_hours l
            JOIN influencer_analytics.data_points d ON d.influencer_id = l.influencer_id AND d.slot >= l.hour AND d.slot < l.hour + interval '1 hour' AND d.slot >= $2 AND d.slot < $3
            WHERE l.influencer_id = ANY($1) AND l.hour >= $2 AND l.hour < $3
            GROUP BY 1, 2
            """, [ids, first, behind], static reader => RollupRows.Read(reader, RollupPeriod.Hour), cancellationToken))
            hours[(computed.InfluencerId, computed.Start)] = computed;
        return hours;
    }

    private static async Task<SortedDictionary<(long Id, long Start), Rollup>> DaysAsync(
        NpgsqlConnection connection, long[] ids, DateTime start, DateTime end, CancellationToken cancellationToken)
    {
        var first = start == Moments.DayOf(start) ? start : Moments.DayOf(start).AddDays(1);
        var last = Moments.DayOf(end);
        var days = await StoredAsync(connection, RollupPeriod.Day, ids, first, last, cancellationToken);
        var late = (await connection.ListAsync(
            "SELECT DISTINCT influencer_id, date_trunc('day', hour, 'UTC') FROM influencer_analytics.late_hours WHERE influencer_id = ANY($1) AND hour >= $2 AND hour < $3",
            [ids, first, last.AddDays(1)], static reader => (reader.GetInt64(0), Moments.Ms(reader.GetDateTime(1))), cancellationToken)).ToHashSet();
        var computed = new SortedDictionary<(long Id, long Start), Rollup>();
        foreach (var hour in (await HoursAsync(connection, ids, first, last.AddDays(1).AddTicks(-1), cancellationToken)).Values)
        {
            var key = (hour.InfluencerId, Start: Moments.Ms(Moments.DayOf(Moments.Of(hour.Start))));
            computed[key] = computed.TryGetValue(key, out var sofar) ? sofar.Add(hour) : hour with { Period = RollupPeriod.Day, Start = key.Start };
        }
        foreach (var (key, day) in computed)
        {
            if (!days.ContainsKey(key) || late.Contains(key))
                days[key] = day;
        }
        return days;
    }

    private static async Task<SortedDictionary<(long Id, long Start), Rollup>> StoredAsync(
        NpgsqlConnection connection, RollupPeriod period, long[] ids, DateTime start, DateTime end, CancellationToken cancellationToken)
    {
        var stored = new SortedDictionary<(long Id, long Start), Rollup>();
        // The bounds say nothing more, but by them TimescaleDB passes over batches of compressed rows.
        foreach (var rollup in await connection.ListAsync(
            $"SELECT {RollupRows.Columns} FROM influencer_analytics.{RollupRows.TableOf(period)} WHERE influencer_id = ANY($1) AND influencer_id BETWEEN $4 AND $5 AND start BETWEEN $2 AND $3",
            [ids, start, end, ids.Min(), ids.Max()], reader => RollupRows.Read(reader, period), cancellationToken))
            stored[(rollup.InfluencerId, rollup.Start)] = rollup;
        return stored;
    }
}
