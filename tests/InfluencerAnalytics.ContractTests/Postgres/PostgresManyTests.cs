using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Latest;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Stores.Points;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>Several processes on one database at once.</summary>
public abstract class PostgresManyTests(PostgresServer server) : IAsyncLifetime
{
    private const int Ingesters = 4;
    private const int Ids = 400;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly PostgresTestStore _test = new(server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public Task Append_ManyAtOnceWithTheSamePoints_StoresEachOnce() => AppendAtOnceAsync(_test.ConnectionString);

    [Fact]
    public async Task Append_ManyAtOnceThroughPgBouncer_StoresEachOnce()
    {
        await using var bouncer = await PgBouncer.StartAsync(_test.ConnectionString);
        await AppendAtOnceAsync(bouncer.ConnectionString);
    }

    [Fact]
    public async Task Latest_ACommitThatComesLaterThanItsNumber_IsNotMissed()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        await _test.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        var cursor = (await _test.Store.ReadLatestChangesAsync(null, 1000, new List<LatestPoint>(), Cancel)).Cursor;
        await using var other = new NpgsqlConnection(_test.ConnectionString + ";Pooling=false");
        await other.OpenAsync(Cancel);
        await using (var slow = await other.BeginTransactionAsync(Cancel))
        {
            await using var insert = new NpgsqlCommand("INSERT INTO influencer_analytics.changes (influencers, body) VALUES (1, $1)", other);
            insert.Parameters.Add(new NpgsqlParameter { Value = ChangeCodec.Pack([new LatestPoint { InfluencerId = 1 }]) });
            await insert.ExecuteNonQueryAsync(Cancel);
            // Begun later, committed earlier.
            await _test.Store.AppendAsync([Batch(slot, 2)], Cancel);
            var first = new List<LatestPoint>();
            cursor = (await _test.Store.ReadLatestChangesAsync(cursor, 1000, first, Cancel)).Cursor;
            first.Select(static point => point.InfluencerId).ShouldBe([2L]);
            await slow.CommitAsync(Cancel);
        }
        var second = new List<LatestPoint>();
        cursor = (await _test.Store.ReadLatestChangesAsync(cursor, 1000, second, Cancel)).Cursor;
        second.Select(static point => point.InfluencerId).ShouldBe([1L]);
        var third = new List<LatestPoint>();
        await _test.Store.ReadLatestChangesAsync(cursor, 1000, third, Cancel);
        third.ShouldBeEmpty();
    }

    [Fact]
    public async Task Latest_AwayForLongerThanChangesAreKept_GivesEverything()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        await _test.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        await _test.Store.AppendAsync([Batch(slot, 1)], Cancel);
        var cursor = (await _test.Store.ReadLatestChangesAsync(null, 1000, new List<LatestPoint>(), Cancel)).Cursor;
        await _test.Store.AppendAsync([Batch(slot, 2)], Cancel);
        await _test.PassAsync(TimeSpan.FromMinutes(20));
        await _test.MaintainAsync(Cancel);
        var all = new List<LatestPoint>();
        await _test.Store.ReadLatestChangesAsync(cursor, 1000, all, Cancel);
        all.Select(static point => (point.InfluencerId, point.Slot)).ShouldBe([(1L, slot), (2L, slot)]);
    }

    [Fact]
    public async Task Seal_TwoSeedersAtOnce_AllocateApartAndTheHigherStays()
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _test.Store.AllocateGenerationAsync(Cancel).AsTask()));
        numbers.Order().ShouldBe(Enumerable.Range(1, 8).Select(static number => (long)number));
        await Task.WhenAll(numbers.Select(async number => await _test.Store.TrySealGenerationAsync(
            new InfluencerAnalytics.Stores.Generations.SealedGeneration(number, Interval, 500), long.MaxValue, Cancel)));
        (await _test.Store.ReadGenerationsAsync(Cancel)).Sealed!.Generation.ShouldBe(8);
    }

    [Fact]
    public async Task MendLate_WhileAnotherPointOfThatHourIsUnderWay_LosesNeither()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        await _test.Store.AddInfluencersAsync([1], 0, Cancel);
        await _test.Store.AppendAsync([Batch(slot, 1)], Cancel);
        await _test.PassAsync(TimeSpan.FromHours(2));
        await _test.MaintainAsync(Cancel);
        await _test.Store.AppendAsync([Batch(slot + 60_000, 1)], Cancel);
        // Its point and the hour that it notes are written, and not committed.
        await using (var holdingUp = await TransactionAsync("LOCK TABLE influencer_analytics.changes IN SHARE MODE"))
        {
            var appending = _test.Store.AppendAsync([Batch(slot + 120_000, 1)], Cancel).AsTask();
            await UntilItWaitsAsync(appending);
            await new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(TimeProvider.System)).MendLateAsync(Cancel);
            await holdingUp.EndAsync();
            await appending;
        }
        await _test.MaintainAsync(Cancel);
        (await _test.Store.ReadRollupsAsync(1, RollupPeriod.Hour, slot, slot, Cancel)).Single().Count.ShouldBe(3);
    }

    [Fact]
    public async Task AddInfluencers_WhileASealingIsBroughtToNow_HasAVersionOfItsOwn()
    {
        var before = (await _test.Store.CountRosterAsync(Cancel)).Version;
        await using (var mending = await TransactionAsync("UPDATE influencer_analytics.state SET roster_version = roster_version + 1"))
        {
            var adding = _test.Store.AddInfluencersAsync([1], 0, Cancel).AsTask();
            await UntilItWaitsAsync(adding);
            await mending.EndAsync();
            await adding;
        }
        (await _test.Store.CountRosterAsync(Cancel)).Version.ShouldBe(before + 2);
    }

    // Each brings all points of three slots in batches of its own order, and before some of them, or beside them, misses of those that they read.
    private async Task AppendAtOnceAsync(string connectionString)
    {
        var first = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        long[] slots = [first, first + 60_000, first + 120_000];
        await _test.Store.AddInfluencersAsync([.. Enumerable.Range(1, Ids).Select(static id => (long)id)], 0, Cancel);
        var results = await Task.WhenAll(Enumerable.Range(0, Ingesters).Select(ingester => Task.Run(() => IngestAsync(connectionString, slots, new Random(ingester)))));

        results.Sum(static result => result.Inserted).ShouldBe(3 * Ids);
        results.Sum(static result => result.Duplicates).ShouldBe((Ingesters - 1) * 3 * Ids);
        foreach (var summary in await _test.Store.ReadSlotsAsync(slots[0], slots[^1], Cancel))
        {
            (summary.Tracked, summary.Stored, summary.Covered, summary.Missed.Count).ShouldBe((Ids, Ids, Ids, 0));
            summary.FollowerSum.ShouldBe((Int128)Enumerable.Range(1, Ids).Sum(static id => id * 10L));
        }
        (await _test.Store.ReadPointsAsync(7, 0, long.MaxValue / 4, 100, Cancel)).Select(static point => point.Slot).ShouldBe(slots);
    }

    private async Task UntilItWaitsAsync(Task doing)
    {
        await using var connection = new NpgsqlConnection(_test.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        while (!await connection.GetAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')", [], Cancel))
            doing.IsCompleted.ShouldBeFalse();
    }

    private async Task<OpenTransaction> TransactionAsync(string sql)
    {
        var connection = new NpgsqlConnection(_test.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        var transaction = await connection.BeginTransactionAsync(Cancel);
        await connection.DoAsync(sql, [], Cancel);
        return new OpenTransaction(connection, transaction);
    }

    private static async Task<AppendResult> IngestAsync(string connectionString, long[] slots, Random random)
    {
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = connectionString }, NullLoggerFactory.Instance);
        var store = new PostgresStore(database, TimeProvider.System);
        var batches = (from slot in slots from ids in Enumerable.Range(1, Ids).Chunk(50) select (Slot: slot, Ids: ids)).ToArray();
        random.Shuffle(batches);
        var (inserted, duplicates) = (0, 0);
        foreach (var some in batches.Chunk(3))
        {
            var given = some.Select(one =>
            {
                random.Shuffle(one.Ids);
                var missed = random.Next(2) == 0 ? [] : one.Ids.Take(5).Select(static id => new Miss(id, MissReason.Timeout)).ToArray();
                return Batch(one.Slot, [.. one.Ids.Select(static id => (long)id)]) with { Missed = missed };
            }).ToArray();
            if (random.Next(2) == 0)
                await store.AppendAsync([.. given.Select(static batch => batch with { Points = [], Missed = [.. batch.Points.Select(static point => new Miss(point.InfluencerId, MissReason.NotReached))] })], Cancel);
            var result = await store.AppendAsync(given, Cancel);
            (inserted, duplicates) = (inserted + result.Inserted, duplicates + result.Duplicates);
        }
        return new AppendResult(inserted, duplicates, 0);
    }

    private static DataPointBatch Batch(long slot, params long[] ids) =>
        new(slot, Interval, [.. ids.Select(id => new DataPoint(id, id * 10, 1, slot, slot + 5, $"name-{id}"))], []);

    // Of somebody else, who has not committed yet.
    private sealed class OpenTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public Task EndAsync() => transaction.CommitAsync(Cancel);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}

/// <summary>On native partitions.</summary>
public sealed class PlainManyTests(PlainPostgres server) : PostgresManyTests(server);

/// <summary>On hypertables.</summary>
public sealed class TimescaleManyTests(TimescalePostgres server) : PostgresManyTests(server);
