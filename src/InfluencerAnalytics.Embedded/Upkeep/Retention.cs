using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.Ranks;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Upkeep;

/// <summary>
/// Drops what is older than it is to be kept, and the oldest points when all takes too much room: whole column families with their
/// files, which costs nothing. Points go only once they are rolled up. One thread at a time.
/// </summary>
internal sealed partial class Retention(
    StoreContext context, PointTable points, SlotRecords slots, RollupTables rollups, RankTables ranks, DiskGuard disk, ILogger logger)
{
    private const int SlotKeyLength = 4;

    // Where readings are kept for ever, what was counted as missed is remembered for longer than a message can wait in a queue and come again (14 days on SQS).
    private static readonly TimeSpan MissMemory = TimeSpan.FromDays(30);

    // A million marks take a few minutes.
    private static readonly TimeSpan MaxPuttingRight = TimeSpan.FromHours(1);

    private readonly ColumnFamily _misses = context.Database[ColumnFamilyNames.Misses];
    private readonly SideWrites _writes = new(context.Database);
    private readonly Dictionary<int, (long LastMark, long Since)> _closed = [];
    private readonly Episode _overSize = new(context.Clock.Time);
    private readonly Episode _held = new(context.Clock.Time);

    public void Apply()
    {
        var now = points.Age.NowMs / 1000;
        TellWhetherHeld();
        if (context.Options.RawRetention is { } raw)
            DropPointsBefore(now - (long)raw.TotalSeconds);
        DropPointsOverSize();
        if (context.Options.HourlyRetention is { } hourly)
        {
            Drop(rollups.Hours, Math.Min(now - (long)hourly.TotalSeconds, rollups.Progress.DaysBefore * (long)Periods.DaySeconds));
            DropSlotsBefore(now - (long)hourly.TotalSeconds);
        }

        if (context.Options.DailyRetention is { } daily)
            DropDaysBefore(now - (long)daily.TotalSeconds);
        DeleteRange(_misses, now - (long)(context.Options.RawRetention ?? MissMemory).TotalSeconds);
    }

    // By whole hours, whose sums are made.
    private void DropSlotsBefore(long second)
    {
        lock (context.Gate)
        {
            second = Math.Min(second, slots.Hours.NeededFrom);
            second -= second % Periods.HourSeconds;
            if (second <= 0)
                return;
            slots.Hours.KeepSince((uint)second);
        }

        DeleteRange(slots.Family, second);
    }

    // What is told of days: roll-ups, ranks, and the sums of slots, of which days are made.
    private void DropDaysBefore(long second)
    {
        Drop(rollups.Days, second);
        Drop(ranks.Families, second);
        DeleteRange(ranks.Days.Family, second);
        DeleteRange(slots.Hours.Family, second);
    }

    private void TellWhetherHeld()
    {
        var ahead = points.Age.Ahead;
        if (ahead > TimeSpan.Zero && _held.Happened(""))
            Log.Held(logger, ahead.TotalHours);
        else if (ahead == TimeSpan.Zero && _held.Over() is { } past)
            Log.NotHeld(logger, past.Seconds);
    }

    private void DropPointsBefore(long second)
    {
        foreach (var entry in points.Days.All)
        {
            if (points.Days.StartOf(entry.Period + 1) <= second && IsReady(entry))
                DropDay(entry);
        }
    }

    private void DropPointsOverSize()
    {
        if (context.Options.MaxBytes is not { } max || disk.UsedBytes() is not { } used)
            return;
        foreach (var entry in points.Days.All.SkipLast(1))
        {
            if (used <= max)
                break;
            if (!IsReady(entry))
                break;
            used -= context.Database.GetNumber(entry.Family, "rocksdb.total-sst-files-size");
            DropDay(entry);
        }

        if (used <= max)
        {
            if (_overSize.Over() is { } past)
                Log.NoLongerOverSize(logger, past.Seconds);
        }
        else if (_overSize.Happened(""))
        {
            Log.OverSize(logger, used / 1048576, max / 1048576);
        }
    }

    private void DropDay(PeriodFamilies.Entry entry)
    {
        lock (context.Gate)
            points.Days.Drop(entry);
        _closed.Remove(entry.Period);
        Log.Dropped(logger, entry.Family.Name);
    }

    /// <summary>
    /// Whether a day can go: its hours are rolled up, and those that late points made wrong are put right. The day takes no more points first, so
    /// that these are not without end; those that come all the same are counted as expired. What is not put right in time goes with it.
    /// </summary>
    private bool IsReady(PeriodFamilies.Entry entry)
    {
        var end = (uint)points.Days.StartOf(entry.Period + 1);
        if (rollups.Progress.HoursBefore * (long)Periods.HourSeconds < end)
            return false;
        if (!_closed.TryGetValue(entry.Period, out var closed))
            _closed[entry.Period] = closed = Close(end);
        if (rollups.Marks.Done >= closed.LastMark)
            return true;
        if (context.Clock.Time.GetElapsedTime(closed.Since) < MaxPuttingRight)
            return false;
        Log.NotPutRight(logger, entry.Family.Name, closed.LastMark - rollups.Marks.Done);
        return true;
    }

    // From here on the points up to this moment are refused, also after a restart: the day must not come back half-filled.
    private (long LastMark, long Since) Close(uint end)
    {
        lock (context.Gate)
        {
            if (points.KeptSince < end)
                points.KeepSince(end);
            return (rollups.Marks.Last, context.Clock.Time.GetTimestamp());
        }
    }

    private void Drop(PeriodFamilies families, long second)
    {
        foreach (var entry in families.All)
        {
            if (families.StartOf(entry.Period + 1) > second)
                continue;
            lock (context.Gate)
                families.Drop(entry);
            Log.Dropped(logger, entry.Family.Name);
        }
    }

    private void DeleteRange(ColumnFamily family, long endSecond)
    {
        if (endSecond <= 0)
            return;
        Span<byte> bound = stackalloc byte[SlotKeyLength];
        BinaryPrimitives.WriteUInt32BigEndian(bound, (uint)endSecond);
        using (var iterator = context.Database.Iterate(family, bound))
        {
            if (!iterator.SeekToFirst())
                return;
        }

        _writes.Write(batch =>
        {
            Span<byte> start = stackalloc byte[SlotKeyLength];
            Span<byte> end = stackalloc byte[SlotKeyLength];
            start.Clear();
            BinaryPrimitives.WriteUInt32BigEndian(end, (uint)endSecond);
            batch.DeleteRange(family, start, end);
        });
    }

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Information, "Dropped {ColumnFamily}: older than its retention, or over the size allowed.")]
        public static partial void Dropped(ILogger logger, string columnFamily);

        [LoggerMessage(2041, LogLevel.Warning, "The clock jumped forward by {Hours:F1} h, or is that far beyond what is stored: nothing is dropped for its age until it has stayed so for an hour.")]
        public static partial void Held(ILogger logger, double hours);

        [LoggerMessage(2042, LogLevel.Information, "Data goes by its age again, after {Seconds} s.")]
        public static partial void NotHeld(ILogger logger, double seconds);

        [LoggerMessage(2021, LogLevel.Warning, "The data takes {UsedMiB} MiB, more than Embedded:MaxBytes ({MaxMiB} MiB), and no day is left that could be dropped.")]
        public static partial void OverSize(ILogger logger, long usedMiB, long maxMiB);

        [LoggerMessage(2022, LogLevel.Information, "The data takes no more than Embedded:MaxBytes again, after {Seconds} s.")]
        public static partial void NoLongerOverSize(ILogger logger, double seconds);

        [LoggerMessage(2023, LogLevel.Warning, "{ColumnFamily} is dropped although up to {Count} hours that late points belong to were not rolled up once more: that took longer than an hour.")]
        public static partial void NotPutRight(ILogger logger, string columnFamily, long count);
    }
}
