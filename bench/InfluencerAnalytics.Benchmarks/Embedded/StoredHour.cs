using System.Diagnostics;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Influencers;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>An embedded database with one whole hour of readings, in a directory of its own; both go when it is disposed.</summary>
internal sealed class StoredHour : IDisposable
{
    private const long IntervalMs = 60_000;
    private const int MessagesPerCall = 10;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("influencer-analytics-hour-");
    private readonly RandomWalk _walk;

    public StoredHour(int influencers)
    {
        Influencers = influencers;
        // The hour is the one that begins now: an hour before the first start of a store is not rolled up.
        var now = TimeProvider.System.GetUtcNow();
        Start = now.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        Time = new ShiftedTime(DateTimeOffset.FromUnixTimeMilliseconds(Start) - now);
        Database = EmbeddedDatabase.Open(
            new EmbeddedOptions { DataDirectory = Path.Combine(_root.FullName, "data"), MaxForeignInfluencers = int.MaxValue / 100 }, Time, NullLoggerFactory.Instance);
        _walk = new RandomWalk(influencers);
    }

    public int Influencers { get; }

    /// <summary>When the hour begins, in epoch milliseconds.</summary>
    public long Start { get; }

    public ShiftedTime Time { get; }

    public EmbeddedDatabase Database { get; }

    public int Shards => _walk.Shards;

    public bool IsRolledUp => new MetaTable(Database.Native).GetNumber(MetaKeys.RolledUpHours) > Start / 3_600_000;

    /// <summary>Stores slots of the hour, all unless told otherwise. Returns the seconds that it took.</summary>
    public async Task<double> FillAsync(CancellationToken cancellationToken, int slots = 60)
    {
        var clock = Stopwatch.StartNew();
        for (var slot = Start; slot < Start + slots * IntervalMs; slot += IntervalMs)
        {
            for (var shard = 0; shard < Shards; shard += MessagesPerCall)
            {
                var batches = new DataPointBatch[Math.Min(MessagesPerCall, Shards - shard)];
                for (var i = 0; i < batches.Length; i++)
                    batches[i] = _walk.Next(shard + i, slot);
                await Database.Store.AppendAsync(batches, cancellationToken);
            }
        }
        return clock.Elapsed.TotalSeconds;
    }

    public DataPointBatch Next(int shard, long slot) => _walk.Next(shard, slot);

    public void Dispose()
    {
        Database.Dispose();
        _root.Delete(recursive: true);
    }
}
