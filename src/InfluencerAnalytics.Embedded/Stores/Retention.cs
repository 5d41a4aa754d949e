using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.RocksDb;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Drops what is older than it is to be kept, and the oldest points when all takes too much room: whole column families with their
/// files, which costs nothing. Points go only once they are rolled up. One thread at a time.
/// </summary>
internal sealed partial class Retention(StoreContext context, RollupProgress progress, AppendWriter appends, DiskGuard disk, ILogger logger)
{
    // The longest that a message can wait in a queue and come again (SQS), and some more: what was counted as missed is remembered for that long at least.
    private static readonly TimeSpan MissMemory = TimeSpan.FromDays(30);

    private readonly ColumnFamily _dirty = context.Database[ColumnFamilyNames.Dirty];
    private readonly ColumnFamily _misses = context.Database[ColumnFamilyNames.Misses];
    private readonly WriteBatchBuffer _batch = new();

    public void Apply()
    {
        var now = context.NowMs / 1000;
        if (context.Options.RawRetention is { } raw)
            DropPointsBefore(now - (long)raw.TotalSeconds);
        DropPointsOverSize();
        if (context.Options.HourlyRetention is { } hourly)
        {
            Drop(context.Hours, Math.Min(now - (long)hourly.TotalSeconds, progress.DaysBefore * (long)Periods.DaySeconds));
            DeleteRange(context.Slots.Family, now - (long)hourly.TotalSeconds, 4);
        }

        if (context.Options.DailyRetention is { } daily)
            Drop(context.Days, now - (long)daily.TotalSeconds);
        DeleteRange(_misses, now - (long)(context.Options.RawRetention ?? MissMemory).TotalSeconds, 4);
    }

    private void DropPointsBefore(long second)
    {
        foreach (var entry in context.Points.All)
        {
            if (context.Points.StartOf(entry.Period + 1) <= second && IsRolledUp(entry))
                DropDay(entry);
        }
    }

    private void DropPointsOverSize()
    {
        if (context.Options.MaxBytes is not { } max || disk.UsedBytes() is not { } used)
            return;
        foreach (var entry in context.Points.All.SkipLast(1))
        {
            if (used <= max)
                return;
            if (!IsRolledUp(entry))
                break;
            used -= context.Database.GetNumber(entry.Family, "rocksdb.total-sst-files-size");
            DropDay(entry);
        }

        if (used > max)
            Log.OverSize(logger, used / 1048576, max / 1048576);
    }

    private void DropDay(PeriodFamilies.Entry entry)
    {
        var end = (uint)context.Points.StartOf(entry.Period + 1);
        lock (context.Gate)
        {
            // From here on, its points are refused, also after a restart: the day must not come back half-filled.
            appends.KeptSince = Math.Max(appends.KeptSince, end);
            _batch.Clear();
            context.Meta.Put(_batch, MetaKeys.KeptSince, appends.KeptSince);
            context.Database.Write(_batch);
            context.Points.Drop(entry);
        }

        Log.Dropped(logger, entry.Family.Name);
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

    // A mark stands for points that are yet to be read.
    private bool IsRolledUp(PeriodFamilies.Entry entry)
    {
        if (progress.HoursBefore * (long)Periods.HourSeconds < context.Points.StartOf(entry.Period + 1))
            return false;
        using var iterator = context.Database.Iterate(_dirty);
        for (var valid = iterator.SeekToFirst(); valid; valid = iterator.Next())
        {
            if (context.Points.PeriodOf(PointCodec.ReadSeconds(iterator.Key)) == entry.Period)
                return false;
        }

        return true;
    }

    private void DeleteRange(ColumnFamily family, long endSecond, int keyLength)
    {
        if (endSecond <= 0)
            return;
        Span<byte> start = stackalloc byte[keyLength];
        Span<byte> end = stackalloc byte[keyLength];
        start.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(end, (uint)endSecond);
        using (var iterator = context.Database.Iterate(family, end))
        {
            if (!iterator.SeekToFirst())
                return;
        }

        _batch.Clear();
        _batch.DeleteRange(family, start, end);
        context.Database.Write(_batch);
    }

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Information, "Dropped {ColumnFamily}: older than its retention, or over the size allowed.")]
        public static partial void Dropped(ILogger logger, string columnFamily);

        [LoggerMessage(2021, LogLevel.Warning, "The data takes {UsedMiB} MiB, more than Embedded:MaxBytes ({MaxMiB} MiB), and no day is left that could be dropped.")]
        public static partial void OverSize(ILogger logger, long usedMiB, long maxMiB);
    }
}
