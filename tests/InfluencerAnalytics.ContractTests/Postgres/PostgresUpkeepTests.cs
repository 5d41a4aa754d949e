using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Postgres.Upkeep;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>The parts of the upkeep do not wait for each other for ever.</summary>
public sealed class PostgresUpkeepTests(PlainPostgres server) : IAsyncLifetime
{
    private readonly PostgresTestStore _test = new(server) { Options = new PostgresOptions { RawRetention = TimeSpan.FromHours(2) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Round_RollupsFail_TheListOfChangesIsPrunedAllTheSame()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        await _test.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(1, 10, 1, slot, slot + 5, "one")], [])], Cancel);
        await PostgresServer.DoAsync(
            _test.ConnectionString,
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no roll-up today'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON influencer_analytics.hours FOR EACH ROW EXECUTE FUNCTION fail();
            """);
        await _test.PassAsync(TimeSpan.FromHours(3));
        using var worker = new UpkeepWorker(
            new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(TimeProvider.System)), new SlotHourMaker(_test.Database), _test.Ranks,
            new Retention(_test.Database, new Ages(TimeProvider.System)), new Leases(_test.Database), new WorkerHealth(TimeProvider.System), TimeProvider.System, NullLogger<UpkeepWorker>.Instance);
        (await Should.ThrowAsync<StoreUnavailableException>(async () => await worker.RoundAsync(Cancel))).Message.ShouldContain("no roll-up today");
        await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        await using var command = new Npgsql.NpgsqlCommand("SELECT count(*) FROM influencer_analytics.changes", connection);
        (await command.ExecuteScalarAsync(Cancel)).ShouldBe(0L);
    }

    [Fact]
    public async Task Round_SomebodyReadsForLong_ThatIsSaidAndDroppingWaits()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        await _test.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(1, 10, 1, slot, slot + 5, "one")], [])], Cancel);
        await _test.PassAsync(TimeSpan.FromHours(5));
        var time = new SteppableTime(_test.Now);
        using var worker = new UpkeepWorker(
            new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(time)), new SlotHourMaker(_test.Database), _test.Ranks, new Retention(_test.Database, new Ages(time)),
            new Leases(_test.Database), new WorkerHealth(time), time, NullLogger<UpkeepWorker>.Instance);
        while ((await worker.RoundAsync(Cancel)).DidWork)
        {
        }
        await PostgresServer.DoAsync(_test.ConnectionString, "INSERT INTO influencer_analytics.changes (at, influencers, body) VALUES ('2000-01-01Z', 0, '')");
        await using (var reader = await DatabaseWaits.OpenAsync(_test.ConnectionString))
        {
            await DatabaseWaits.DoAsync(reader, "BEGIN; SELECT FROM influencer_analytics.data_points");
            time.Advance(TimeSpan.FromSeconds(10));
            (await worker.RoundAsync(Cancel)).BlockedBecause.ShouldNotBeNull().ShouldContain("cannot be dropped");
            await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
            (await connection.GetAsync<long>("SELECT count(*) FROM influencer_analytics.changes", [], Cancel)).ShouldBe(0);
        }

        // Not at once: whoever writes waits behind each try.
        time.Advance(TimeSpan.FromSeconds(10));
        (await worker.RoundAsync(Cancel)).BlockedBecause.ShouldNotBeNull();
        (await PointsAsync(slot)).ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(1));
        (await worker.RoundAsync(Cancel)).BlockedBecause.ShouldBeNull();
        (await PointsAsync(slot)).ShouldBe(0);
    }

    [Fact]
    public async Task Round_LateHoursCannotBeMended_KeepsWhatTheyAreMendedOfUntilTheyAre()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        var hour = TimeSpan.FromHours(1);
        await AppendAsync(slot, 10);
        await _test.PassAsync(hour + TimeSpan.FromMinutes(10));
        var time = new SteppableTime(_test.Now);
        using var worker = new UpkeepWorker(
            new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(time)), new SlotHourMaker(_test.Database), _test.Ranks, new Retention(_test.Database, new Ages(time)),
            new Leases(_test.Database), new WorkerHealth(time), time, NullLogger<UpkeepWorker>.Instance);
        await RunAsync(worker);
        await AppendAsync(slot + 60_000, 30);
        // As without a right that mending needs and rolling up does not.
        await PostgresServer.DoAsync(
            _test.ConnectionString,
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no mending today'; END $$;
            CREATE TRIGGER fail BEFORE DELETE ON influencer_analytics.late_hours FOR EACH ROW EXECUTE FUNCTION fail();
            """);
        for (var i = 0; i < 5; i++)
        {
            await _test.PassAsync(hour);
            time.Advance(hour);
            (await Should.ThrowAsync<StoreUnavailableException>(async () => await worker.RoundAsync(Cancel))).Message.ShouldContain("no mending today");
        }
        (await PointsAsync(slot)).ShouldBe(1);

        await PostgresServer.DoAsync(_test.ConnectionString, "DROP TRIGGER fail ON influencer_analytics.late_hours");
        time.Advance(hour);
        await RunAsync(worker);
        time.Advance(hour);
        await RunAsync(worker);
        (await PointsAsync(slot)).ShouldBe(0);
        var rollup = (await _test.Store.ReadRollupsAsync(1, RollupPeriod.Hour, slot, slot, Cancel)).ShouldHaveSingleItem();
        (rollup.Count, rollup.Followers.Max).ShouldBe((2, 30));
    }

    private async Task AppendAsync(long slot, long followers) =>
        await _test.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(1, followers, 1, slot, slot + 5, "one")], [])], Cancel);

    private static async Task RunAsync(UpkeepWorker worker)
    {
        while ((await worker.RoundAsync(Cancel)).DidWork)
        {
        }
    }

    private async Task<int> PointsAsync(long slot) => (await _test.Store.ReadPointsAsync(1, slot, slot, 10, Cancel)).Count;
}
