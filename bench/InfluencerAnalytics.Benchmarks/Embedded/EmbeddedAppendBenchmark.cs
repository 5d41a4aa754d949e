using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Influencers;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>
/// How fast the embedded store takes points in beside the bare RocksDB loop, and how many bytes a point takes in the end. Both are given
/// the same rows in turns, slot by slot, so that what else the machine does hits both.
/// </summary>
public static class EmbeddedAppendBenchmark
{
    private const int MessagesPerCall = 10;
    private const long IntervalMs = 60_000;

    /// <param name="influencers">In shards of 500, each a message.</param>
    /// <param name="slots">Readings of each.</param>
    public static async Task RunAsync(TextWriter output, int influencers = 200_000, int slots = 60)
    {
        var root = Directory.CreateTempSubdirectory("influencer-analytics-append-");
        try
        {
            var options = new EmbeddedOptions { DataDirectory = Path.Combine(root.FullName, "ours"), RawRetention = null, HourlyRetention = null };
            using var bare = new BareRocksDb(Path.Combine(root.FullName, "bare"));
            var database = EmbeddedDatabase.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
            using var stop = new CancellationTokenSource();
            var maintenance = database.RunMaintenanceAsync(stop.Token);
            await MeasureAppendAsync(output, bare, database, new RandomWalk(influencers), slots);
            await stop.CancelAsync();
            await maintenance;
            MeasureSize(output, database);
            database.Dispose();
            MeasureOpen(output, options);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static async Task MeasureAppendAsync(TextWriter output, BareRocksDb bare, EmbeddedDatabase database, RandomWalk walk, int slots)
    {
        // Tracked, as in production: of others only so many are taken.
        await database.Store.AddInfluencersAsync(walk.Ids, 0, CancellationToken.None);
        var bareTime = new Stopwatch();
        var ourTime = new Stopwatch();
        var rows = 0L;
        // From the current hour on, as in production: points of an hour that is rolled up already each leave a mark as well.
        var firstSlot = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        for (var i = 0; i < slots; i++)
        {
            var batches = new DataPointBatch[walk.Shards];
            for (var shard = 0; shard < batches.Length; shard++)
                batches[shard] = walk.Next(shard, firstSlot + (i * IntervalMs));
            bareTime.Start();
            foreach (var batch in batches)
                bare.Write(batch);
            bareTime.Stop();
            ourTime.Start();
            foreach (var call in batches.Chunk(MessagesPerCall))
                rows += (await database.Store.AppendAsync(call, CancellationToken.None)).Inserted;
            ourTime.Stop();
        }

        var bareRate = rows / bareTime.Elapsed.TotalSeconds;
        var ourRate = rows / ourTime.Elapsed.TotalSeconds;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"rows                                 {rows:N0}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"bare RocksDB loop, rows/s            {bareRate:N0}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"embedded store, rows/s               {ourRate:N0}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"ratio                                {ourRate / bareRate:F2}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"resident memory, MiB                 {Environment.WorkingSet / 1048576}"));
    }

    private static void MeasureSize(TextWriter output, EmbeddedDatabase database)
    {
        long bytes = 0, points = 0;
        foreach (var family in database.Native.ColumnFamilies.Where(family => family.Name.StartsWith("points-", StringComparison.Ordinal)))
        {
            database.Native.Flush(family);
            database.Native.Compact(family);
            bytes += database.Native.GetNumber(family, "rocksdb.live-sst-files-size");
            points += database.Native.GetNumber(family, "rocksdb.estimate-num-keys");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bytes a point once compacted         {(double)bytes / points:F2}"));
    }

    private static void MeasureOpen(TextWriter output, EmbeddedOptions options)
    {
        var watch = Stopwatch.StartNew();
        EmbeddedDatabase.Open(options, TimeProvider.System, NullLoggerFactory.Instance).Dispose();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"open and close again, ms             {watch.ElapsedMilliseconds}"));
    }
}
