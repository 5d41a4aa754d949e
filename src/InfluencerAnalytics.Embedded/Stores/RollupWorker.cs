using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Makes the roll-ups, in steps of a few thousand influencers: each closed hour from its points, each closed day from its hours, and again
/// what late points made wrong. How far it is stands in the database, written together with what was made; a crash costs nothing.
/// One thread at a time.
/// </summary>
internal sealed partial class RollupWorker
{
    private const int IdsPerStep = 2000;

    private readonly StoreContext _context;
    private readonly ILogger _logger;
    private readonly RollupProgress _progress;
    private readonly AppendWriter _appends;
    private readonly RollupRangeReader _reader;
    private readonly DirtyHours _dirty;
    private readonly WriteBatchBuffer _batch = new();
    private readonly ByteWriter _value = new();

    // How far the marks were before they were put back: below, what is made may have been imported meanwhile. Zero where they never were, and nothing has to be looked up.
    private uint _highestHours;
    private uint _highestDays;

    // Of the hour or day under way: who is left, and the last one done.
    private long[]? _ids;
    private int _next;

    public RollupWorker(StoreContext context, RollupProgress progress, AppendWriter appends, RollupReader reader, ILogger logger)
    {
        _context = context;
        _logger = logger;
        _progress = progress;
        _appends = appends;
        _reader = new RollupRangeReader(context, reader, progress);
        progress.HoursBefore = StartOf(MetaKeys.RolledUpHours, Periods.HourSeconds);
        progress.DaysBefore = StartOf(MetaKeys.RolledUpDays, Periods.DaySeconds);
        appends.RolledUpBefore = progress.HoursBefore + (context.Meta.GetNumber(MetaKeys.HourCursor) is null ? 0u : 1u);
        _highestHours = (uint)(context.Meta.GetNumber(MetaKeys.HighestHours) ?? 0);
        _highestDays = (uint)(context.Meta.GetNumber(MetaKeys.HighestDays) ?? 0);
        _dirty = new DirtyHours(context, progress, reader);
    }

    /// <summary>Closed hours that are not rolled up yet.</summary>
    public long HoursBehind => Math.Max(0, ClosedHours - _progress.HoursBefore);

    private long ClosedHours => Math.Max(0, (_context.NowMs - (long)_context.Options.RollupDelay.TotalMilliseconds) / (Periods.HourSeconds * 1000L));

    /// <summary>Does a little. False when there is nothing to do.</summary>
    public bool Step()
    {
        PutBackToNow();
        if (HasDayToDo)
            return StepDay();
        if (HoursBehind > 0)
            return StepHour();
        return _dirty.Step(_context.Meta.GetNumber(MetaKeys.DayCursor) is null ? _progress.DaysBefore : _progress.DaysBefore + 1);
    }

    // A clock that was ahead left the marks in the future, and until then every point would count as late. What is rolled up again comes out
    // the same; what was imported below the marks stays.
    private void PutBackToNow()
    {
        var now = (uint)(_context.NowMs / 1000);
        var (hours, days) = (Math.Min(_progress.HoursBefore, now / Periods.HourSeconds), Math.Min(_progress.DaysBefore, now / Periods.DaySeconds));
        if (hours == _progress.HoursBefore && days == _progress.DaysBefore)
            return;
        Log.PutBack(_logger, UtcText.Of(_progress.HoursBefore * (long)Periods.HourSeconds * 1000), UtcText.Of(hours * (long)Periods.HourSeconds * 1000));
        _batch.Clear();
        _context.Meta.Put(_batch, MetaKeys.RolledUpHours, hours);
        _context.Meta.Put(_batch, MetaKeys.RolledUpDays, days);
        var (highestHours, highestDays) = (Math.Max(_highestHours, _progress.HoursBefore), Math.Max(_highestDays, _progress.DaysBefore));
        _context.Meta.Put(_batch, MetaKeys.HighestHours, highestHours);
        _context.Meta.Put(_batch, MetaKeys.HighestDays, highestDays);
        _context.Meta.Delete(_batch, MetaKeys.HourCursor);
        _context.Meta.Delete(_batch, MetaKeys.DayCursor);
        _ids = null;
        lock (_context.Gate)
        {
            // One of them at the head would hold up all others until its hour is over.
            _context.Marks.Forget(_batch, hours * Periods.HourSeconds);
            _context.Database.Write(_batch);
            (_progress.HoursBefore, _progress.DaysBefore) = (hours, days);
            (_highestHours, _highestDays) = (highestHours, highestDays);
            _appends.RolledUpBefore = hours;
        }
    }

    private bool HasDayToDo => _progress.HoursBefore >= (_progress.DaysBefore + 1) * 24;

    // Kept from the first start on: a later one would take a later hour for the first, and leave out those between.
    private uint StartOf(string name, uint bucketSeconds)
    {
        if (_context.Meta.GetNumber(name) is { } known)
            return (uint)known;
        var first = (uint)(_context.NowMs / 1000) / bucketSeconds;
        _batch.Clear();
        _context.Meta.Put(_batch, name, first);
        _context.Database.Write(_batch);
        return first;
    }

    private bool StepHour()
    {
        var hour = _progress.HoursBefore;
        var start = hour * Periods.HourSeconds;
        if (_ids is null)
        {
            // From here on, points of this hour are marked: the scan may have passed them.
            lock (_context.Gate)
            {
                _appends.RolledUpBefore = hour + 1;
                _ids = HasPoints(start) ? _context.Table.SortedIds() : [];
            }

            _next = IndexAfter(_context.Meta.GetNumber(MetaKeys.HourCursor));
        }

        _batch.Clear();
        var end = Math.Min(_ids.Length, _next + IdsPerStep);
        if (_next < end && _context.Points.Find(start) is { } points)
        {
            RollUpHour(points, _ids.AsSpan(_next, end - _next), start);
            _context.Meta.PutLeast(_batch, MetaKeys.FirstHour, start);
        }

        return Finish(end, MetaKeys.HourCursor, MetaKeys.RolledUpHours, hour + 1, () => _progress.HoursBefore = hour + 1);
    }

    // One iterator over the day's points: they lie by influencer, so that each hour of one is a short run.
    private void RollUpHour(ColumnFamily points, ReadOnlySpan<long> ids, uint start)
    {
        var hours = _context.Hours.GetOrCreate(start);
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        using var iterator = _context.Database.Iterate(points, fillCache: false);
        foreach (var id in ids)
        {
            PointCodec.WriteKey(key, id, start);
            var sum = default(BucketSum);
            for (var valid = iterator.Seek(key); valid; valid = iterator.Next())
            {
                var found = iterator.Key;
                if (PointCodec.ReadId(found) != id || PointCodec.ReadSeconds(found) - start >= Periods.HourSeconds)
                    break;
                PointCodec.ReadValue(iterator.Value, out var followers, out var following, out _);
                sum.Add(followers, following);
            }

            if (sum.Count > 0)
                Put(hours, key, sum.ToRollup(id, RollupPeriod.Hour, start), isAgain: start / Periods.HourSeconds < _highestHours);
        }
    }

    private bool StepDay()
    {
        var day = _progress.DaysBefore;
        var start = day * Periods.DaySeconds;
        if (_ids is null)
        {
            lock (_context.Gate)
                _ids = _context.Hours.Find(start) is null ? [] : _context.Table.SortedIds();
            _next = IndexAfter(_context.Meta.GetNumber(MetaKeys.DayCursor));
        }

        _batch.Clear();
        var end = Math.Min(_ids.Length, _next + IdsPerStep);
        var days = _next < end ? _context.Days.GetOrCreate(start) : null;
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        if (days is not null)
        {
            _context.Meta.PutLeast(_batch, MetaKeys.FirstDay, start);
            foreach (var hours in _reader.ReadHours(_ids[_next], _ids[end - 1], start, start + Periods.DaySeconds - 1).GroupBy(hour => hour.InfluencerId))
            {
                PointCodec.WriteKey(key, hours.Key, start);
                Put(days, key, RollupReader.ToDay(hours, hours.Key, day), isAgain: day < _highestDays);
            }
        }

        return Finish(end, MetaKeys.DayCursor, MetaKeys.RolledUpDays, day + 1, () => _progress.DaysBefore = day + 1);
    }

    private bool Finish(int end, string cursorName, string doneName, uint done, Action onDone)
    {
        var last = end == _ids!.Length;
        if (last)
        {
            _context.Meta.Put(_batch, doneName, done);
            _context.Meta.Delete(_batch, cursorName);
        }
        else
        {
            _context.Meta.Put(_batch, cursorName, _ids[end - 1]);
        }

        _context.Database.Write(_batch);
        _next = end;
        if (last)
        {
            _ids = null;
            onDone();
        }

        return true;
    }

    private int IndexAfter(long? id)
    {
        if (id is null)
            return 0;
        var index = Array.BinarySearch(_ids!, id.Value);
        return index >= 0 ? index + 1 : ~index;
    }

    // An hour without one stored point, such as while the program did not run, need not be scanned.
    private bool HasPoints(uint start)
    {
        if (_context.Points.Find(start) is null)
            return false;
        foreach (var slot in _context.Slots.Read(start, start + Periods.HourSeconds - 1))
        {
            if (slot.Stored > 0)
                return true;
        }

        return false;
    }

    private void Put(ColumnFamily family, ReadOnlySpan<byte> key, in Rollup rollup, bool isAgain)
    {
        if (isAgain && _context.Database.Get(family, key) is { } stored && RollupCodec.IsImported(stored))
            return;
        _value.Clear();
        RollupCodec.Write(_value, rollup, imported: false);
        _batch.Put(family, key, _value.Written);
    }

    private static partial class Log
    {
        [LoggerMessage(2043, LogLevel.Warning, "The roll-ups were made up to {Was}, which is in the future: the clock was ahead then, or is behind now. They are made again from {Now} on.")]
        public static partial void PutBack(ILogger logger, string was, string now);
    }
}
