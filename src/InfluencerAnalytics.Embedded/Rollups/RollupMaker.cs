using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>
/// Makes the roll-ups, in steps of a few thousand influencers: each closed hour from its points, each closed day from its hours, and again
/// what late points made wrong. How far it is stands in the database, written together with what was made; a crash costs nothing.
/// One thread at a time.
/// </summary>
internal sealed class RollupMaker
{
    private readonly StoreContext _context;
    private readonly InfluencerTable _table;
    private readonly SlotRecords _slots;
    private readonly PeriodFamilies _points;
    private readonly RollupTables _rollups;
    private readonly RollupRangeReader _reader;
    private readonly DirtyHours _dirty;
    private readonly FutureMarks _future;
    private readonly SideWrites _writes;
    private readonly ByteWriter _value = new();

    // Of the hour or day under way.
    private IdSteps? _steps;

    /// <param name="dayMended">Told, within the write, when late points have changed the last follower counts of a day that were made: the day's number, and of which influencers.</param>
    public RollupMaker(
        StoreContext context, InfluencerTable table, SlotRecords slots, PeriodFamilies points, RollupTables rollups, RollupReader reader,
        Action<WriteBatchBuffer, uint, IReadOnlyCollection<long>> dayMended, ILogger logger)
    {
        (_context, _table, _slots, _points, _rollups) = (context, table, slots, points, rollups);
        _reader = new RollupRangeReader(context, rollups, points, reader);
        _writes = new SideWrites(context.Database);
        rollups.Progress.HoursBefore = StartOf(MetaKeys.RolledUpHours, Periods.HourSeconds);
        rollups.Progress.DaysBefore = StartOf(MetaKeys.RolledUpDays, Periods.DaySeconds);
        rollups.Progress.MarkedBefore = rollups.Progress.HoursBefore + (context.Meta.GetNumber(MetaKeys.HourCursor) is null ? 0u : 1u);
        _future = new FutureMarks(context, rollups, logger);
        _dirty = new DirtyHours(context, rollups, reader, dayMended);
    }

    /// <summary>Closed hours that are not rolled up yet.</summary>
    public long HoursBehind => Math.Max(0, ClosedHours - _rollups.Progress.HoursBefore);

    private long ClosedHours => Math.Max(0, (_context.Clock.NowMs - (long)_context.Options.RollupDelay.TotalMilliseconds) / (Periods.HourSeconds * 1000L));

    /// <summary>Does a little. False when there is nothing to do.</summary>
    public bool Step()
    {
        if (_future.PutBack())
            _steps = null;
        if (HasDayToDo)
            return StepDay();
        if (HoursBehind > 0)
            return StepHour();
        return _dirty.Step(_context.Meta.GetNumber(MetaKeys.DayCursor) is null ? _rollups.Progress.DaysBefore : _rollups.Progress.DaysBefore + 1);
    }

    private bool HasDayToDo => _rollups.Progress.HoursBefore >= (_rollups.Progress.DaysBefore + 1) * 24;

    // Kept from the first start on: a later one would take a later hour for the first, and leave out those between.
    private uint StartOf(string name, uint bucketSeconds)
    {
        if (_context.Meta.GetNumber(name) is { } known)
            return (uint)known;
        var first = (uint)(_context.Clock.NowMs / 1000) / bucketSeconds;
        _context.Write(batch => _context.Meta.Put(batch, name, first));
        return first;
    }

    private bool StepHour()
    {
        var hour = _rollups.Progress.HoursBefore;
        var start = hour * Periods.HourSeconds;
        _steps ??= BeginHour(hour);
        _writes.Write(batch =>
        {
            var ids = _steps.Current;
            if (!ids.IsEmpty && _points.Find(start) is { } points)
            {
                RollUpHour(batch, points, ids, start);
                _context.Meta.PutLeast(batch, MetaKeys.FirstHour, start);
            }

            NoteProgress(batch, _steps, MetaKeys.HourCursor, MetaKeys.RolledUpHours, hour + 1);
        });
        if (IsOver(_steps))
            _rollups.Progress.HoursBefore = hour + 1;
        return true;
    }

    // From here on, points of this hour are marked: the scan may have passed them.
    private IdSteps BeginHour(uint hour)
    {
        long[] ids;
        lock (_context.Gate)
        {
            _rollups.Progress.MarkedBefore = hour + 1;
            ids = HasPoints(hour * Periods.HourSeconds) ? _table.SortedIds() : [];
        }

        return new IdSteps(ids, _context.Meta.GetNumber(MetaKeys.HourCursor));
    }

    // One iterator over the day's points: they lie by influencer, so that each hour of one is a short run.
    private void RollUpHour(WriteBatchBuffer batch, ColumnFamily points, ReadOnlySpan<long> ids, uint start)
    {
        var hours = _rollups.Hours.GetOrCreate(start);
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        using var iterator = _context.Database.Iterate(points, fillCache: false);
        foreach (var id in ids)
        {
            SeriesKey.Write(key, id, start);
            var sum = default(BucketSum);
            for (var valid = iterator.Seek(key); valid; valid = iterator.Next())
            {
                var found = iterator.Key;
                if (SeriesKey.ReadId(found) != id || SeriesKey.ReadSeconds(found) - start >= Periods.HourSeconds)
                    break;
                PointCodec.ReadValue(iterator.Value, out var followers, out var following, out _);
                sum.Add(followers, following);
            }

            if (sum.Count > 0)
                Put(batch, hours, key, sum.ToRollup(id, RollupPeriod.Hour, start), isAgain: _future.WasHourMade(start / Periods.HourSeconds));
        }
    }

    private bool StepDay()
    {
        var day = _rollups.Progress.DaysBefore;
        var start = day * Periods.DaySeconds;
        _steps ??= BeginDay(start);
        _writes.Write(batch =>
        {
            var ids = _steps.Current;
            if (!ids.IsEmpty)
            {
                RollUpDay(batch, ids[0], ids[^1], day);
                _context.Meta.PutLeast(batch, MetaKeys.FirstDay, start);
            }

            NoteProgress(batch, _steps, MetaKeys.DayCursor, MetaKeys.RolledUpDays, day + 1);
        });
        if (IsOver(_steps))
            _rollups.Progress.DaysBefore = day + 1;
        return true;
    }

    private IdSteps BeginDay(uint start)
    {
        long[] ids;
        lock (_context.Gate)
            ids = _rollups.Hours.Find(start) is null ? [] : _table.SortedIds();
        return new IdSteps(ids, _context.Meta.GetNumber(MetaKeys.DayCursor));
    }

    private void RollUpDay(WriteBatchBuffer batch, long firstId, long lastId, uint day)
    {
        var start = day * Periods.DaySeconds;
        var days = _rollups.Days.GetOrCreate(start);
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        foreach (var hours in _reader.ReadHours(firstId, lastId, start, start + Periods.DaySeconds - 1).GroupBy(hour => hour.InfluencerId))
        {
            SeriesKey.Write(key, hours.Key, start);
            Put(batch, days, key, RollupReader.ToDay(hours, hours.Key, day), isAgain: _future.WasDayMade(day));
        }
    }

    private void NoteProgress(WriteBatchBuffer batch, IdSteps steps, string cursorName, string doneName, uint done)
    {
        if (!steps.IsLast)
        {
            _context.Meta.Put(batch, cursorName, steps.Current[^1]);
            return;
        }

        _context.Meta.Put(batch, doneName, done);
        _context.Meta.Delete(batch, cursorName);
    }

    // After a step was written: whether that was the last of the hour or day.
    private bool IsOver(IdSteps steps)
    {
        var isOver = steps.IsLast;
        if (isOver)
            _steps = null;
        else
            steps.Advance();
        return isOver;
    }

    // An hour without one stored point, such as while the program did not run, need not be scanned.
    private bool HasPoints(uint start) =>
        _points.Find(start) is not null && _slots.Read(start, start + Periods.HourSeconds - 1).Exists(slot => slot.Stored > 0);

    private void Put(WriteBatchBuffer batch, ColumnFamily family, ReadOnlySpan<byte> key, in Rollup rollup, bool isAgain)
    {
        if (isAgain && _context.Database.Get(family, key) is { } stored && RollupCodec.IsImported(stored))
            return;
        _value.Clear();
        RollupCodec.Write(_value, rollup, imported: false);
        batch.Put(family, key, _value.Written);
    }
}
