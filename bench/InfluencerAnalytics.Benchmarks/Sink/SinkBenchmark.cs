using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Benchmarks.Storage;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Appends;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InfluencerAnalytics.Benchmarks.Sink;

/// <summary>
/// Both sides write the same rows into tables of the same shape, with the same unique index: raw, by one binary COPY a slot; and as the program does, with latest, coverage, roll-ups
/// and duplicates refused.
/// </summary>
internal sealed class SinkBenchmark(string connectionString, int influencers, int slots, int shards, int rounds)
{
    private const int ShardSize = 500;
    private const string Bare = "CREATE TABLE bare (LIKE influencer_analytics.data_points); CREATE UNIQUE INDEX ON bare (influencer_id, slot);";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await using var own = await OwnDatabase.CreateAsync(connectionString, output, cancellationToken);
        await MeasureAsync(own.ConnectionString, cancellationToken);
        return 0;
    }

    private async Task MeasureAsync(string own, CancellationToken cancellationToken)
    {
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = own }, NullLoggerFactory.Instance);
        var store = new PostgresStore(database, TimeProvider.System);
        foreach (var ids in Enumerable.Range(1, influencers).Select(static id => (long)id).Chunk(10_000))
            await store.AddInfluencersAsync(ids, 0, cancellationToken);
        // Tracked since long ago, as those of a deployment are whose slots come.
        await OwnDatabase.DoAsync(own, "UPDATE influencer_analytics.roster SET since = '2020-01-01'", cancellationToken);
        await OwnDatabase.DoAsync(own, "VACUUM ANALYZE influencer_analytics.roster", cancellationToken);
        var hour = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000 - 5 * 3_600_000L;
        var raw = new List<double>();
        var program = new List<double>();
        var again = new List<double>();
        await OwnDatabase.DoAsync(own, Bare, cancellationToken);
        if ((await store.GetStatusAsync(cancellationToken)).Kind == "timescaledb")
            await OwnDatabase.DoAsync(own, "SELECT public.create_hypertable('bare', public.by_range('slot', interval '1 hour'), create_default_indexes => false)", cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            var batches = Batches(hour + round * slots * 60_000L);
            raw.Add(await RawAsync(own, batches, cancellationToken));
            program.Add(await AppendAsync(store, batches, isNew: true, cancellationToken));
            again.Add(await AppendAsync(store, batches, isNew: false, cancellationToken));
        }
        var rollup = await RollUpAsync(database, store, cancellationToken);
        Table.Print(
            ("raw COPY, one a slot, the unique index there, rows/s", Rate(raw)),
            ($"the store's append, {shards} messages of {ShardSize} each, rows/s", Rate(program)),
            ("ratio", Ratio(program, raw)),
            ("the same again, all duplicates, rows/s", Rate(again)),
            ("ratio", Ratio(again, raw)),
            (string.Create(CultureInfo.InvariantCulture, $"rolling up what was stored, {influencers * slots * rounds:#,0} points"), string.Create(CultureInfo.InvariantCulture, $"{rollup:0.0} s")));
    }

    private List<DataPointBatch> Batches(long first)
    {
        var random = new Random(1);
        var batches = new List<DataPointBatch>();
        for (var slot = first; slot < first + slots * 60_000L; slot += 60_000)
        {
            foreach (var ids in Enumerable.Range(1, influencers).Chunk(ShardSize))
                batches.Add(new DataPointBatch(slot, Interval, [.. ids.Select(id => new DataPoint(id, random.Next(1, 10_000_000), random.Next(1, 5000), slot, slot + random.Next(60_000), $"influencer_{id}"))], []));
        }
        return batches;
    }

    private async Task<double> RawAsync(string own, List<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(own);
        await connection.OpenAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        foreach (var slot in batches.GroupBy(static batch => batch.Slot))
            await PointWriter.CopyAsync(connection, "bare", slot.SelectMany(static batch => batch.Points), cancellationToken);
        return influencers * slots / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<double> AppendAsync(PostgresStore store, List<DataPointBatch> batches, bool isNew, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var (inserted, duplicates) = (0, 0);
        foreach (var some in batches.Chunk(shards))
        {
            var result = await store.AppendAsync(some, cancellationToken);
            (inserted, duplicates) = (inserted + result.Inserted, duplicates + result.Duplicates);
        }
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if ((isNew ? inserted : duplicates) != influencers * slots)
            throw new InvalidOperationException($"{inserted} were inserted and {duplicates} were duplicates.");
        return influencers * slots / elapsed;
    }

    private static async Task<double> RollUpAsync(PostgresDatabase database, PostgresStore store, CancellationToken cancellationToken)
    {
        var rollups = new RollupMaker(database, store.Partitions, new Ages(TimeProvider.System));
        var started = Stopwatch.GetTimestamp();
        while (await rollups.RollUpNextAsync(static () => ValueTask.FromResult(true), cancellationToken))
        {
        }
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if ((await store.ReadRollupsAsync(1, RollupPeriod.Hour, 0, long.MaxValue / 4, cancellationToken)).Count == 0)
            throw new InvalidOperationException("Nothing was rolled up.");
        return elapsed;
    }

    private static string Ratio(List<double> one, List<double> other) => (Median(one) / Median(other)).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Rate(List<double> rates) => Median(rates).ToString("#,0", CultureInfo.InvariantCulture);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
