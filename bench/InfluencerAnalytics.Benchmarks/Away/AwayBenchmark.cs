using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Benchmarks.Storage;
using Npgsql;

namespace InfluencerAnalytics.Benchmarks.Away;

/// <summary>
/// <c>up</c> with its store on a PostgreSQL that is stopped for a while. What was read meanwhile waits in the queue; it is drained when no more waits than comes in a second or two. Nothing is
/// lost when every slot from before to after has a reading of every influencer.
/// </summary>
internal sealed class AwayBenchmark(int influencers, int intervalSeconds, TimeSpan away, string[] settings)
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(intervalSeconds);

    public async Task<int> RunAsync(string programs, bool sqs, TextWriter output, CancellationToken cancellationToken)
    {
        // Start, two slots before and three after, and a drain that is no faster than the readings came.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(10) + 8 * _interval + 3 * away);
        await using var postgres = await PostgresServer.StartAsync(programs, limit.Token);
        await using var storage = await OwnStorage.StartAsync(postgres.ConnectionString, sqs, output, limit.Token);
        await using var running = await RunningProgram.StartAsync(influencers, intervalSeconds, 0, settings, limit.Token);
        await MeasureAsync(postgres, storage.ConnectionString!, running, output, limit.Token);
        return 0;
    }

    private async Task MeasureAsync(PostgresServer postgres, string database, RunningProgram running, TextWriter output, CancellationToken cancellationToken)
    {
        // The second slot from now is the first full one; the store goes in the midst of the one after it.
        var first = NextSlot() + _interval;
        await UntilAsync(first + 1.5 * _interval, cancellationToken);
        await output.WriteLineAsync(Text($"PostgreSQL stops for {away.TotalMinutes:0.##} minutes"));
        await postgres.StopAsync(cancellationToken);
        await Task.Delay(away, TimeProvider.System, cancellationToken);
        await postgres.StartAsync(cancellationToken);
        var clock = Stopwatch.StartNew();
        var back = await CountAsync(running, cancellationToken);
        await output.WriteLineAsync(Text($"PostgreSQL is back; {back.Waiting:N0} readings wait"));
        var (drained, seconds) = await DrainedAsync(running, back, clock, cancellationToken);
        var after = NextSlot();
        // A slot's own work goes on until its shards' next due times; what was hidden by a call that failed comes a minute later.
        await UntilAsync(after + 2 * _interval + TimeSpan.FromSeconds(90), cancellationToken);
        var slots = (int)((after - first) / _interval) + 1;
        var (stored, whole) = await ReadAsync(database, first, after, cancellationToken);
        var storedPerSecond = (drained.Stored - back.Stored) / seconds;
        Table.Print(
            ("influencers, interval, PostgreSQL away", Text($"{influencers:N0}, {intervalSeconds} s, {away.TotalMinutes:0.##} min")),
            ("readings that waited when it was back", Text($"{back.Waiting:N0}")),
            ("drained after; fetched / stored a second meanwhile", Text($"{seconds:F1} s; {(drained.Fetched - back.Fetched) / seconds:N0} / {storedPerSecond:N0}")),
            ("times real time (stored to what comes in an interval)", Text($"{storedPerSecond * intervalSeconds / influencers:F1}")),
            ("slots from before to after; whole", Text($"{slots}; {whole}")),
            ("readings of them; lost", Text($"{stored:N0}; {(long)slots * influencers - stored:N0}")));
    }

    private async Task<(Counts Counts, double Seconds)> DrainedAsync(RunningProgram running, Counts back, Stopwatch clock, CancellationToken cancellationToken)
    {
        // What comes in two seconds is always on its way.
        var onTheWay = Math.Max(1000, 2L * influencers / intervalSeconds);
        var counts = back;
        while (counts.Waiting > onTheWay)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
            counts = await CountAsync(running, cancellationToken);
        }
        return (counts, clock.Elapsed.TotalSeconds);
    }

    private static async Task<Counts> CountAsync(RunningProgram running, CancellationToken cancellationToken)
    {
        var page = await MetricsPage.ReadAsync(running.Address, cancellationToken);
        return new Counts(page.Sum("fetch_readings"), page.Sum("ingest_stored"), page.Sum("ingest_duplicates"));
    }

    private async Task<(long Stored, int Whole)> ReadAsync(string database, DateTimeOffset first, DateTimeOffset last, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM influencer_analytics.data_points WHERE slot BETWEEN $1 AND $2 GROUP BY slot", connection) { CommandTimeout = 300 };
        command.Parameters.AddWithValue(first.UtcDateTime);
        command.Parameters.AddWithValue(last.UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (stored, whole) = (0L, 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            stored += reader.GetInt64(0);
            whole += reader.GetInt64(0) == influencers ? 1 : 0;
        }
        return (stored, whole);
    }

    private DateTimeOffset NextSlot() =>
        DateTimeOffset.FromUnixTimeSeconds((TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / intervalSeconds + 1) * intervalSeconds);

    private static Task UntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var left = moment - TimeProvider.System.GetUtcNow();
        return left > TimeSpan.Zero ? Task.Delay(left, TimeProvider.System, cancellationToken) : Task.CompletedTask;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Counts(long Fetched, long Stored, long Duplicates)
    {
        public long Waiting => Fetched - Stored - Duplicates;
    }
}
