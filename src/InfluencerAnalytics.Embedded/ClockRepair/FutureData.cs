using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.Ranks;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.ClockRepair;

/// <summary>
/// Drops what a clock that was ahead has left in the future: readings, misses, roll-ups and the records of slots; and brings to the present what
/// else says a later time. Each influencer's latest reading is then the last one that is left. Runs at start, before anything else uses the store.
/// A copy of all is kept: should the clock be behind, what it takes for the future is the past, and nobody can fetch that again.
/// </summary>
/// <remarks>
/// It can be interrupted at any moment and run again: a write that fails ends the start, and what is held in memory with it. The records of slots go last: as long as one of them
/// lies in the future, the process says so.
/// </remarks>
internal sealed partial class FutureData(
    StoreContext context, InfluencerState influencers, SlotRecords slots, PointTable points, RollupTables rollups, RankTables ranks, TableCheckpoint checkpoint, ILogger logger)
{
    private const int KeysPerWrite = 10_000;

    // The last second that is kept.
    private readonly uint _last = SlotSeconds.Floor(context.Clock.NowMs + (long)SlotGrid.MaxClockDifference.TotalMilliseconds);

    /// <exception cref="EmbeddedDataException">No copy could be made; nothing was dropped.</exception>
    public void Drop()
    {
        if (!IsAny())
        {
            Log.NotNeeded(logger);
            return;
        }

        var copy = KeepCopy();
        // Said before anything goes: killed after this, the next start finds less to drop, and its own copy has less.
        Log.CopyKept(logger, copy);
        var droppedPoints = DropFrom(points.Days, _last + 1);
        // Nothing is rolled up before its time is over.
        var droppedRollups = DropFrom(rollups.Hours, _last / Periods.HourSeconds * Periods.HourSeconds) + DropFrom(rollups.Days, _last / Periods.DaySeconds * Periods.DaySeconds);
        // Which days have ranks is put back with the marks of the roll-ups.
        DropFrom(ranks.Families, _last / Periods.DaySeconds * Periods.DaySeconds);
        var rows = PutRowsBack();
        if (rows > 0)
            checkpoint.Rewrite();
        if (points.KeptSince > _last)
            points.KeepSince(_last);
        var droppedSlots = slots.DropFrom(_last + 1);
        Log.Dropped(logger, droppedPoints, droppedSlots, droppedRollups, rows, UtcText.Of(_last * 1000L), copy);
    }

    /// <summary>Whether a slot or a reading lies in the future.</summary>
    public bool IsAny()
    {
        if (slots.From(_last + 1).Count > 0)
            return true;
        for (var row = 0; row < influencers.Table.Count; row++)
        {
            if (influencers.Table[row].SlotSeconds > _last)
                return true;
        }

        return false;
    }

    private string KeepCopy()
    {
        var path = BackupCopy.PathIn(context.Options.DataDirectory, context.Clock.Time.GetUtcNow(), "-before-drop-future");
        try
        {
            BackupCopy.Make(context.Database, path);
            return path;
        }
        catch (Exception e) when (e is RocksDbException or IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedDataException($"No copy of the data could be made in {path}: {e.Message} Nothing was dropped. Make room there, and try again.", e);
        }
    }

    private long DropFrom(PeriodFamilies families, uint first)
    {
        var dropped = 0L;
        foreach (var entry in families.All)
        {
            if (families.StartOf(entry.Period) >= first)
            {
                dropped += context.Database.GetNumber(entry.Family, "rocksdb.estimate-num-keys");
                families.Drop(entry);
            }
            else if (families.StartOf(entry.Period + 1) > first)
            {
                dropped += DeleteFrom(entry.Family, first);
            }
        }

        return dropped;
    }

    private long DeleteFrom(ColumnFamily family, uint first)
    {
        var deleted = 0L;
        using var iterator = context.Database.Iterate(family, fillCache: false);
        for (var isMore = iterator.SeekToFirst(); isMore;)
        {
            deleted += context.Write(batch =>
            {
                isMore = Delete(batch, family, iterator, first);
                return batch.Count;
            });
        }

        return deleted;
    }

    // From one influencer's first key in the future to the next one's, over all that is between. Whether there is more than one write takes.
    private static bool Delete(WriteBatchBuffer batch, ColumnFamily family, RocksIterator iterator, uint first)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        var isMore = true;
        while (isMore && batch.Count < KeysPerWrite)
        {
            if (SeriesKey.ReadSeconds(iterator.Key) < first)
            {
                SeriesKey.Write(key, SeriesKey.ReadId(iterator.Key), first);
                isMore = iterator.Seek(key);
                continue;
            }

            batch.Delete(family, iterator.Key);
            isMore = iterator.Next();
        }

        return isMore;
    }

    // In memory, of which the checkpoint then writes all: the journal never takes a row back to an earlier reading.
    private int PutRowsBack()
    {
        var changed = 0;
        var reader = new PointReader(context.Database, points.Days, influencers.Names);
        for (var row = 0; row < influencers.Table.Count; row++)
        {
            ref var r = ref influencers.Table[row];
            if (r.SlotSeconds <= _last)
                continue;
            TakeLatest(ref r, reader.ReadAtOrBefore(r.Id, _last, 0));
            influencers.Table.Touch(row);
            changed++;
        }

        return Math.Max(changed, FutureTimes.PutRight(influencers, beyond: _last, to: _last));
    }

    private static void TakeLatest(ref InfluencerRow row, DataPoint? latest)
    {
        row.SlotSeconds = latest is { } point ? SlotSeconds.Of(point.Slot) : 0;
        row.FollowerCount = latest?.FollowerCount ?? 0;
        row.FollowingCount = latest?.FollowingCount ?? 0;
        row.RetrievedAt = latest?.RetrievedAt ?? 0;
    }

    private static partial class Log
    {
        [LoggerMessage(2044, LogLevel.Warning, "Dropped what lay in the future, as asked: {Points} readings, {Slots} slots, {Rollups} roll-ups; {Influencers} influencers were put back to {Time}. A copy from before is in {Copy}: should the clock be wrong after all, put it in the place of the data; else remove it.")]
        public static partial void Dropped(ILogger logger, long points, int slots, long rollups, int influencers, string time, string copy);

        [LoggerMessage(2056, LogLevel.Warning, "What lies in the future is dropped now, as asked. A copy from before is in {Copy}.")]
        public static partial void CopyKept(ILogger logger, string copy);

        [LoggerMessage(2045, LogLevel.Warning, "Embedded:DropFuture is set and nothing lay in the future. Take it away: behind a clock that is set back it would drop good readings.")]
        public static partial void NotNeeded(ILogger logger);
    }
}
