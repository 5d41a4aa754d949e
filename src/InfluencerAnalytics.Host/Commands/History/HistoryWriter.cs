using System.Globalization;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.Host.Commands.History;

/// <summary>Writes the past of a <see cref="HistoryPlan"/>: roll-ups first, then single readings, the oldest first. Use once.</summary>
internal sealed class HistoryWriter
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    /// <summary>Rows a write: large enough to be fast, small enough that progress moves.</summary>
    private const int RowsPerWrite = 50_000;

    private readonly IDataPointStore _store;
    private readonly HistoryPlan _plan;
    private readonly SlotGrid _grid;
    private readonly string[] _usernames;
    private readonly LifelikeWalk[] _walks;
    private readonly long _startMs;
    private readonly long _hourlyFromMs;
    private readonly long _rawFromMs;
    private readonly long _endMs;

    public HistoryWriter(IDataPointStore store, HistoryPlan plan, EmbeddedOptions options, TimeProvider timeProvider)
    {
        (_store, _plan, _grid) = (store, plan, new SlotGrid(plan.Interval));
        _usernames = plan.Ids.Ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"influencer-{id}")).ToArray();
        _walks = plan.Ids.Ids.Select(id => new LifelikeWalk(plan.Seed, id)).ToArray();

        // The current slot is left to 'up'. Whole days keep a bucket from being half roll-up and half readings.
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        _endMs = _grid.SlotAt(now);
        _startMs = DayOf(now) - plan.Days * DayMs;
        _rawFromMs = Math.Max(_startMs, KeptFrom(now, options.RawRetention));
        _hourlyFromMs = Math.Max(_startMs, KeptFrom(now, options.HourlyRetention));
    }

    /// <summary>How many steps <see cref="WriteAsync"/> reports: one for each day of an influencer, one for each slot.</summary>
    public double Steps => (_rawFromMs - _startMs) / DayMs * (double)_walks.Length + (_endMs - _rawFromMs) / (double)_grid.IntervalMs;

    public async Task<HistoryResult> WriteAsync(Action<int> progress, CancellationToken cancellationToken)
    {
        var (rollups, known) = await WriteRollupsAsync(progress, cancellationToken);
        var (points, duplicates) = await WritePointsAsync(progress, cancellationToken);
        return new HistoryResult(points, rollups, known + duplicates);
    }

    private async Task<(long Written, long Known)> WriteRollupsAsync(Action<int> progress, CancellationToken cancellationToken)
    {
        long written = 0, given = 0;
        var rows = new List<Rollup>(RowsPerWrite + 32);
        for (var i = 0; i < _walks.Length; i++)
        {
            for (var day = _startMs; day < _rawFromMs; day += DayMs)
            {
                AddDay(i, day, rows);
                progress(1);
                if (rows.Count < RowsPerWrite)
                    continue;
                await FlushAsync();
            }
        }
        await FlushAsync();
        return (written, given - written);

        async Task FlushAsync()
        {
            written += await _store.ImportRollupsAsync(rows, cancellationToken);
            given += rows.Count;
            rows.Clear();
        }
    }

    private void AddDay(int index, long day, List<Rollup> rows)
    {
        var id = _plan.Ids.First + index;
        Rollup? whole = null;
        for (var hour = day; hour < day + DayMs; hour += HourMs)
        {
            var rollup = HourOf(index, id, hour);
            if (hour >= _hourlyFromMs)
                rows.Add(rollup);
            whole = whole is { } before
                ? before.Add(rollup)
                : rollup with { Period = RollupPeriod.Day };
        }
        rows.Add(whole!.Value);
    }

    private Rollup HourOf(int index, long id, long hour)
    {
        var count = (int)(HourMs / _grid.IntervalMs);
        var first = _walks[index].At(hour);
        var (followers, following) = (RollupColumn.Of(first.Followers), RollupColumn.Of(first.Following));
        for (var i = 1; i < count; i++)
        {
            var numbers = _walks[index].At(hour + i * _grid.IntervalMs);
            followers = followers.Add(numbers.Followers);
            following = following.Add(numbers.Following);
        }
        return new Rollup(id, RollupPeriod.Hour, hour, count, followers, following);
    }

    private async Task<(long Written, long Known)> WritePointsAsync(Action<int> progress, CancellationToken cancellationToken)
    {
        var slotsPerWrite = Math.Max(1, RowsPerWrite / _walks.Length);
        long written = 0, duplicates = 0;
        var batches = new List<DataPointBatch>(slotsPerWrite);
        for (var slot = _grid.SlotAt(_rawFromMs); slot < _endMs; slot += _grid.IntervalMs)
        {
            if (slot < _rawFromMs)
                continue;
            batches.Add(BatchOf(slot));
            progress(1);
            if (batches.Count < slotsPerWrite && slot + _grid.IntervalMs < _endMs)
                continue;
            var result = await _store.AppendAsync(batches, cancellationToken);
            written += result.Inserted;
            duplicates += result.Duplicates;
            batches.Clear();
        }
        return (written, duplicates);
    }

    private DataPointBatch BatchOf(long slot)
    {
        var points = new DataPoint[_walks.Length];
        for (var i = 0; i < points.Length; i++)
        {
            var numbers = _walks[i].At(slot);
            points[i] = new DataPoint(_plan.Ids.First + i, numbers.Followers, numbers.Following, slot, slot, _usernames[i]);
        }
        return new DataPointBatch(slot, _plan.Interval, points, []);
    }

    /// <summary>The first whole day that a retention keeps.</summary>
    private static long KeptFrom(long nowMs, TimeSpan? retention) => retention is { } kept ? DayOf(nowMs - (long)kept.TotalMilliseconds) + DayMs : 0;

    private static long DayOf(long ms) => ms - ms % DayMs;
}

/// <param name="Skipped">Readings and roll-ups that were there before.</param>
internal sealed record HistoryResult(long Points, long Rollups, long Skipped);
