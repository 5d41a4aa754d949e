using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Benchmarks.Storage;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InfluencerAnalytics.Benchmarks.Kept;

/// <summary>Writes hours that have passed through the store, has TimescaleDB's own job compress them as it does in a deployment, and reads days back.</summary>
internal sealed class KeptBenchmark(string connectionString, int influencers, int hours)
{
    private const int Asked = 200;
    private const int ShardSize = 500;
    private const int ShardsPerWrite = 40;
    private const long MinuteMs = 60_000;

    private readonly Random _random = new(1);
    private readonly long[] _followers = new long[influencers];

    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await using var own = await OwnDatabase.CreateAsync(connectionString, output, cancellationToken);
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = own.ConnectionString }, NullLoggerFactory.Instance);
        var store = new PostgresStore(database, TimeProvider.System);
        foreach (var ids in Enumerable.Range(1, influencers).Select(static id => (long)id).Chunk(10_000))
            await store.AddInfluencersAsync(ids, 0, cancellationToken);
        await OwnDatabase.DoAsync(own.ConnectionString, "UPDATE influencer_analytics.roster SET since = '2020-01-01'", cancellationToken);
        var isTimescale = (await store.GetStatusAsync(cancellationToken)).Kind == "timescaledb";
        // Its job would compress hours while they are still written: in a deployment they are three hours old by then.
        if (isTimescale)
            await OwnDatabase.DoAsync(
                own.ConnectionString, "SELECT public.alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE proc_name = 'policy_compression'", cancellationToken);
        // All of them older than what is compressed.
        var end = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 3_600_000 - 4) * 3_600_000;
        var written = await WriteAsync(store, end - hours * 3_600_000L, end, cancellationToken);
        var before = await SizeAsync(own.ConnectionString, cancellationToken);
        var uncompressed = await ReadAsync(store, end, cancellationToken);
        var rows = new List<(string, string)> { ("data points", Text($"{written:#,0}")), ("bytes a point, its index included", Text($"{before / written:0.0}")), ("24 h of one influencer, p50 / p99", uncompressed) };
        if (isTimescale)
        {
            var started = Stopwatch.GetTimestamp();
            await CompressAsync(own.ConnectionString, cancellationToken);
            rows.Add(("compressing, points a second", Text($"{written / Stopwatch.GetElapsedTime(started).TotalSeconds:#,0}")));
            rows.Add(("bytes a point, compressed (9 wanted)", Text($"{await SizeAsync(own.ConnectionString, cancellationToken) / written:0.0}")));
            rows.Add(("24 h of one influencer, compressed, p50 / p99 (20 ms wanted)", await ReadAsync(store, end, cancellationToken)));
        }
        Table.Print([.. rows]);
        return 0;
    }

    private async Task<double> WriteAsync(PostgresStore store, long from, long end, CancellationToken cancellationToken)
    {
        for (var i = 0; i < influencers; i++)
            _followers[i] = _random.Next(1, 10_000_000);
        var written = 0L;
        for (var slot = from; slot < end; slot += MinuteMs)
        {
            foreach (var ids in Enumerable.Range(1, influencers).Chunk(ShardSize * ShardsPerWrite))
                written += (await store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [.. ids.Select(id => Point(id, slot))], [])], cancellationToken)).Inserted;
        }
        return written;
    }

    // A walk of some followers a minute, read at the shard's phase and a little later.
    private DataPoint Point(int id, long slot)
    {
        ref var followers = ref _followers[id - 1];
        followers = Math.Max(0, followers + _random.Next(-10, 12));
        var phase = (id - 1) / ShardSize * MinuteMs / Math.Max(1, influencers / ShardSize);
        return new DataPoint(id, followers, 100 + id % 1000, slot, slot + phase + _random.Next(1000), $"influencer_{id}");
    }

    private async Task<string> ReadAsync(PostgresStore store, long end, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var i = 0; i < Asked; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var points = await store.ReadPointsAsync(_random.Next(1, influencers + 1), end - 24 * 3_600_000L, end, 10_000, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (points.Count != Math.Min(24, hours) * 60)
                throw new InvalidOperationException($"{points.Count} points came back.");
        }
        times.Sort();
        return Text($"{times[Asked / 2]:0.0} ms / {times[Asked * 99 / 100]:0.0} ms");
    }

    private static async Task CompressAsync(string own, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(own + ";Pooling=false;Command Timeout=3600");
        await connection.OpenAsync(cancellationToken);
        var job = await connection.GetAsync<int>(
            "SELECT job_id FROM timescaledb_information.jobs WHERE hypertable_name = 'data_points' AND proc_name = 'policy_compression'", [], cancellationToken);
        await connection.DoAsync($"CALL public.run_job({job.ToString(CultureInfo.InvariantCulture)})", [], cancellationToken);
        var left = await connection.GetAsync<long>(
            "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_name = 'data_points' AND NOT is_compressed", [], cancellationToken);
        if (left > 0)
            throw new InvalidOperationException($"{left} chunks were not compressed.");
    }

    private static async Task<double> SizeAsync(string own, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(own + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        var isTimescale = await connection.GetAsync<bool>("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')", [], cancellationToken);
        return await connection.GetAsync<long>(
            isTimescale
                ? "SELECT total_bytes FROM public.hypertable_detailed_size('influencer_analytics.data_points')"
                : "SELECT sum(pg_total_relation_size(relation))::bigint FROM influencer_analytics.partitions WHERE series = 'data_points'", [], cancellationToken);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
