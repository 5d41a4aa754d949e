using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>
/// Gives a store the points of an hour that is rolled up already, as after an outage, and measures what follows: how long it takes until every
/// hour is right, at full speed (while a program runs, that work takes a third of a core at most), and how long callers of the store have to wait.
/// </summary>
internal static class LatePointsBenchmark
{
    private const int MessagesPerCall = 10;
    private const long HourMs = 3_600_000;
    private const long IntervalMs = 60_000;

    /// <param name="influencers">In shards of 500, each a message.</param>
    /// <param name="slots">Late readings of each.</param>
    public static async Task RunAsync(TextWriter output, int influencers, int slots)
    {
        var root = Directory.CreateTempSubdirectory("influencer-analytics-late-");
        try
        {
            using var database = EmbeddedDatabase.Open(new EmbeddedOptions { DataDirectory = root.FullName, MaxForeignInfluencers = int.MaxValue / 100 }, TimeProvider.System, NullLoggerFactory.Instance);
            var hour = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / HourMs - 2) * HourMs;
            var idle = await LongestWaitAsync(database.Store, () => Thread.SpinWait(20_000_000));
            var appending = Stopwatch.StartNew();
            await AppendAsync(database, new RandomWalk(influencers), hour, slots);
            appending.Stop();
            var steps = 0;
            var righting = Stopwatch.StartNew();
            var wait = await LongestWaitAsync(database.Store, () =>
            {
                for (; database.Work.RollUpStep(); steps++)
                {
                }
            });
            righting.Stop();
            Write(output, "influencers with a wrong hour", influencers);
            Write(output, "late readings appended, s", appending.Elapsed.TotalSeconds);
            Write(output, "their hours put right, s", righting.Elapsed.TotalSeconds);
            Write(output, "steps", steps);
            Write(output, "longest wait of another caller, ms", wait.TotalMilliseconds);
            Write(output, "the same with nothing to do, ms", idle.TotalMilliseconds);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static async Task AppendAsync(EmbeddedDatabase database, RandomWalk walk, long hour, int slots)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            var batches = new DataPointBatch[walk.Shards];
            for (var shard = 0; shard < batches.Length; shard++)
                batches[shard] = walk.Next(shard, hour + slot * IntervalMs);
            foreach (var call in batches.Chunk(MessagesPerCall))
                await database.Store.AppendAsync(call, CancellationToken.None);
        }
    }

    // Asks for what needs the store's gate and nothing else, over and over.
    private static async Task<TimeSpan> LongestWaitAsync(IInfluencerStore store, Action work)
    {
        using var stop = new CancellationTokenSource();
        var asking = Task.Factory.StartNew(() => Ask(store, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await Task.Run(work);
        await stop.CancelAsync();
        return await asking;
    }

    private static async Task<TimeSpan> Ask(IInfluencerStore store, CancellationToken stop)
    {
        var longest = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await store.CountRosterAsync(CancellationToken.None);
            var waited = Stopwatch.GetElapsedTime(started);
            longest = waited > longest ? waited : longest;
            Thread.SpinWait(2000);
        }

        return longest;
    }

    private static void Write(TextWriter output, string name, double value) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36} {value:N1}"));
}
