using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Migrations;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>Verdicts of classifiers that write side by side, and of those who follow them.</summary>
public sealed class PostgresSuspicionTests(PlainPostgres server) : IAsyncLifetime
{
    private readonly PostgresTestStore _test = new(server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Now => _test.Now.ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Flags_ACommitThatComesLaterThanItsNumber_IsNotMissed()
    {
        var cursor = (await ReadAsync(null)).Cursor;
        await using var other = new NpgsqlConnection(_test.ConnectionString + ";Pooling=false");
        await other.OpenAsync(Cancel);
        await using (var slow = await other.BeginTransactionAsync(Cancel))
        {
            await using var insert = new NpgsqlCommand(
                "INSERT INTO influencer_analytics.suspicions (influencer_id, suspicious, checked_at, followers, following) VALUES (1, true, now() - interval '1 day', 1, 1)", other);
            await insert.ExecuteNonQueryAsync(Cancel);
            // Begun later, committed earlier.
            await JudgeAsync(2);
            (cursor, var first) = await ReadAsync(cursor);
            first.ShouldBe([2L]);
            await slow.CommitAsync(Cancel);
        }
        (cursor, var second) = await ReadAsync(cursor);
        second.ShouldBe([1L]);
        (_, var third) = await ReadAsync(cursor);
        third.ShouldBeEmpty();
    }

    [Fact]
    public async Task Flags_OfADumpThatWasRestoredOnAnotherServer_AreLoadedAndFollowed()
    {
        await JudgeAsync(1, 2, 3);
        await PostgresServer.DoAsync(_test.ConnectionString, "UPDATE influencer_analytics.suspicions SET xid = '999999999999' WHERE influencer_id > 1");
        var (cursor, all) = await ReadAsync(null);
        all.ShouldBe([1L, 2L, 3L], ignoreOrder: true);
        await _test.PassAsync(TimeSpan.FromSeconds(1));
        await JudgeAsync(3);
        (_, var news) = await ReadAsync(cursor);
        news.ShouldBe([3L]);
    }

    [Fact]
    public async Task Verdicts_WrittenByManyAtOnce_AreTheNewestAndEachChangeIsKeptOnce()
    {
        long[] ids = [.. Enumerable.Range(1, 50).Select(id => (long)id)];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () => await _test.Store.WriteVerdictsAsync(
            [.. ids.OrderBy(id => id * (writer + 3) % 51).Select(id => new SuspicionVerdict(id, writer % 2 == 0, Now + writer, id, writer))], Cancel))));
        foreach (var id in ids)
        {
            (await _test.Store.FindVerdictAsync(id, Cancel))!.Value.CheckedAt.ShouldBe(Now + 7);
            var history = await _test.Store.ReadFlagHistoryAsync(id, 100, Cancel);
            history.Zip(history.Skip(1), (one, before) => one.IsSuspicious != before.IsSuspicious).ShouldAllBe(changes => changes);
            history[0].IsSuspicious.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Watches_OfManyWhoAreGone_AreDroppedInSlices()
    {
        const int Gone = 50_000;
        await PostgresServer.DoAsync(
            _test.ConnectionString,
            $"""
            INSERT INTO influencer_analytics.watches
            SELECT i, 0, '2000-01-01Z', CASE WHEN i = 30000 THEN timestamptz '2000-03-01Z' ELSE '2000-01-02Z' END, '2000-01-02Z', '' FROM generate_series(0, {Gone}) i;
            CREATE TABLE drops (rows bigint);
            CREATE FUNCTION note_drop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO drops SELECT count(*) FROM gone; RETURN NULL; END $$;
            CREATE TRIGGER note_drop AFTER DELETE ON influencer_analytics.watches REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_drop();
            """);
        (await _test.Store.DropWatchesAsync(new DateTimeOffset(2000, 2, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), Cancel)).ShouldBe(Gone);
        (await _test.Store.ReadWatchesAsync([29_999, 30_000, 30_001], Cancel)).ShouldHaveSingleItem().InfluencerId.ShouldBe(30_000);
        await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        await using var command = new NpgsqlCommand("SELECT max(rows) FROM drops", connection);
        ((long)(await command.ExecuteScalarAsync(Cancel))!).ShouldBeLessThanOrEqualTo(20_000);
    }

    [Fact]
    public async Task Opinions_WithoutTheRightToWriteThem_AreANoteOfTheStoreAndLeaveTheWorkerReady()
    {
        var (owner, user) = (_test.ConnectionString, $"ingest_{new NpgsqlConnectionStringBuilder(_test.ConnectionString).Database}");
        await PostgresServer.DoAsync(owner, $"CREATE USER {user}; {string.Join('\n', Grants.For("ingest", user))}");
        await using var database = new PostgresDatabase(
            new PostgresOptions { ConnectionString = new NpgsqlConnectionStringBuilder(owner) { Username = user }.ConnectionString }, NullLoggerFactory.Instance);
        const string Right = "UPDATE ON influencer_analytics.watch_progress";
        await PostgresServer.DoAsync(
            owner,
            $"""
            REVOKE {Right} FROM {user};
            UPDATE influencer_analytics.state SET rolled_until = '2026-01-01 02:00Z';
            UPDATE influencer_analytics.watch_progress SET folded_until = '2026-01-01 00:00Z', until = '2026-01-01 01:00Z';
            """);
        var store = new PostgresStore(database, TimeProvider.System);
        using var metrics = new WatchingMetrics();
        var options = new WatchingOptions { HoursAtOnce = 1 };
        using var watcher = new Watcher(
            new WatchPasses(store, store, new WatchFolder(store, store, metrics, TimeProvider.System), options, metrics), store, options, metrics, new WorkerHealth(TimeProvider.System), TimeProvider.System,
            NullLogger<Watcher>.Instance);
        (await watcher.RoundAsync(Cancel)).BlockedBecause.ShouldBeNull();
        (await store.GetStatusAsync(Cancel)).Detail.ShouldNotBeNull().ShouldContain("permission denied for table watch_progress");

        await PostgresServer.DoAsync(owner, $"GRANT {Right} TO {user}");
        await watcher.RoundAsync(Cancel);
        (await store.GetStatusAsync(Cancel)).Detail.ShouldBeNull();
        (await store.ReadWatchProgressAsync(Cancel)).IsUnderWay.ShouldBeFalse();
    }

    private async Task JudgeAsync(params long[] ids) =>
        (await _test.Store.WriteVerdictsAsync([.. ids.Select(id => new SuspicionVerdict(id, true, Now, 1, 1))], Cancel)).ShouldBe(ids.Length);

    private async Task<(string Cursor, List<long> Ids)> ReadAsync(string? cursor)
    {
        var flags = new List<SuspicionFlag>();
        var page = await _test.Store.ReadFlagChangesAsync(cursor, 1000, flags, Cancel);
        return (page.Cursor, flags.ConvertAll(static flag => flag.InfluencerId));
    }
}
