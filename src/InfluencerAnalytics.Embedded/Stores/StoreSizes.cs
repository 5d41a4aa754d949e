using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>What the data takes, counted at most every few seconds: the state of the store is asked for before each round of intake. Safe for concurrent use.</summary>
internal sealed class StoreSizes(StoreContext context, PeriodFamilies pointDays, DiskGuard disk)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private Figures? _last;

    public Figures Read()
    {
        // Two that come at once both count, which does no harm.
        var last = Volatile.Read(ref _last);
        if (last is not null && context.Clock.Time.GetElapsedTime(last.Timestamp) < MaxAge)
            return last;
        var (all, bytesPerPoint) = CountPoints();
        var figures = new Figures(disk.UsedBytes(), all, bytesPerPoint, context.Clock.Time.GetTimestamp());
        Volatile.Write(ref _last, figures);
        return figures;
    }

    // As RocksDB estimates them. Their size is taken over what lies in files; below a hundred thousand points the fixed part of a file would dominate.
    private (long All, double? BytesPerPoint) CountPoints()
    {
        long all = 0, bytes = 0, points = 0;
        foreach (var entry in pointDays.All)
        {
            var inFiles = context.Database.GetNumber(entry.Family, "rocksdb.live-sst-files-size");
            var estimated = context.Database.GetNumber(entry.Family, "rocksdb.estimate-num-keys");
            all += estimated;
            var keys = estimated
                - context.Database.GetNumber(entry.Family, "rocksdb.num-entries-active-mem-table")
                - context.Database.GetNumber(entry.Family, "rocksdb.num-entries-imm-mem-tables");
            if (inFiles <= 0 || keys <= 0)
                continue;
            bytes += inFiles;
            points += keys;
        }

        return (all, points < 100_000 ? null : (double)bytes / points);
    }

    /// <param name="UsedBytes">Null when it cannot be read.</param>
    /// <param name="Points">About.</param>
    /// <param name="BytesPerPoint">Null before there are enough points.</param>
    /// <param name="Timestamp">Of the count.</param>
    public sealed record Figures(long? UsedBytes, long Points, double? BytesPerPoint, long Timestamp);
}
