using InfluencerAnalytics.ContractTests.Embedded;
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
using Microsoft.Extensions.Logging;
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
            new Retention(_test.Database, TimeProvider.System, NullLogger<Retention>.Instance), new Leases(_test.Database), new WorkerHealth(TimeProvider.System), TimeProvider.System, NullLogger<UpkeepWorker>.Instance);
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
            new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(time)), new SlotHourMaker(_test.Database), _test.Ranks, new Retention(_test.Database, time, NullLogger<Retention>.Instance),
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
    public async Task Round_LateHoursCannotBeMended_KeepsWhatTheyAreMendedOfForAnHour()
    {
        var (slot, time, log) = (await StoreLateAsync(), new SteppableTime(_test.Now), new ListLoggerFactory());
        using var worker = Worker(time, log);
        await FailMendingAsync();
        for (var i = 0; i < 2; i++)
            await PassAsync(time, TimeSpan.FromHours(1));
        log.Messages.ShouldBeEmpty();
        for (var i = 0; i < 3; i++)
        {
            await PassAsync(time, TimeSpan.FromMinutes(20));
            (await Should.ThrowAsync<StoreUnavailableException>(async () => await worker.RoundAsync(Cancel))).Message.ShouldContain("no mending today");
        }
        (await PointsAsync(slot)).ShouldBe(2);
        log.Messages.ShouldHaveSingleItem().ShouldContain("waits up to an hour: 1 hours");

        await PostgresServer.DoAsync(_test.ConnectionString, "DROP TRIGGER fail ON influencer_analytics.late_hours");
        await RunAsync(worker);
        await PassAsync(time, TimeSpan.FromMinutes(1));
        await RunAsync(worker);
        (await PointsAsync(slot)).ShouldBe(0);
        var rollup = (await _test.Store.ReadRollupsAsync(1, RollupPeriod.Hour, slot, slot, Cancel)).ShouldHaveSingleItem();
        (rollup.Count, rollup.Followers.Max).ShouldBe((2, 30));
        log.Messages.Count.ShouldBe(2);
        log.Messages.Last().ShouldContain("waits for late readings any more");
    }

    [Fact]
    public async Task Round_LateHoursCannotBeMendedForLong_DropsAndSaysSo()
    {
        var (slot, time, log) = (await StoreLateAsync(), new SteppableTime(_test.Now), new ListLoggerFactory());
        using var worker = Worker(time, log);
        await FailMendingAsync();
        await PassAsync(time, TimeSpan.FromHours(3));
        for (var i = 0; i < 7; i++)
        {
            (await PointsAsync(slot)).ShouldBe(2);
            await Should.ThrowAsync<StoreUnavailableException>(async () => await worker.RoundAsync(Cancel));
            await PassAsync(time, TimeSpan.FromMinutes(10));
        }
        (await PointsAsync(slot)).ShouldBe(0);
        log.Messages.ShouldContain(static message => message.StartsWith("data_points before ", StringComparison.Ordinal) && message.Contains("is dropped although 1 hours", StringComparison.Ordinal));

        // What was rolled up before stays.
        await PostgresServer.DoAsync(_test.ConnectionString, "DROP TRIGGER fail ON influencer_analytics.late_hours");
        await RunAsync(worker);
        (await _test.Store.ReadRollupsAsync(1, RollupPeriod.Hour, slot, slot, Cancel)).ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Round_MendingFails_SumsAndRanksAreMadeAllTheSame()
    {
        var (slot, time) = (await StoreLateAsync(), new SteppableTime(_test.Now));
        using var worker = Worker(time, new ListLoggerFactory());
        await FailMendingAsync();
        await PassAsync(time, TimeSpan.FromDays(1));
        for (var i = 0; i < 40; i++)
            (await Should.ThrowAsync<StoreUnavailableException>(async () => await worker.RoundAsync(Cancel))).Message.ShouldContain("no mending today");
        (await _test.Store.ReadSlotHoursAsync(slot, slot, Cancel)).ShouldHaveSingleItem().Stored.ShouldBe(2);
        await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        (await connection.GetAsync<long>("SELECT count(*) FROM influencer_analytics.rank_days WHERE is_whole", [], Cancel)).ShouldBe(1);
    }

    private UpkeepWorker Worker(TimeProvider time, ListLoggerFactory log) => new(
        new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(time)), new SlotHourMaker(_test.Database), _test.Ranks, new Retention(_test.Database, time, new Logger<Retention>(log)),
        new Leases(_test.Database), new WorkerHealth(time), time, NullLogger<UpkeepWorker>.Instance);

    private async Task PassAsync(SteppableTime time, TimeSpan passes)
    {
        await _test.PassAsync(passes);
        time.Advance(passes);
    }

    // An hour that is rolled up with its first reading, and has got a second one since. Its beginning.
    private async Task<long> StoreLateAsync()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        await AppendAsync(slot, 10);
        await _test.PassAsync(TimeSpan.FromMinutes(70));
        using (var worker = Worker(new SteppableTime(_test.Now), new ListLoggerFactory()))
            await RunAsync(worker);
        await PostgresServer.DoAsync(_test.ConnectionString, "DELETE FROM influencer_analytics.leases");
        await AppendAsync(slot + 60_000, 30);
        return slot;
    }

    // As without a right that mending needs and rolling up does not.
    private Task FailMendingAsync() => PostgresServer.DoAsync(
        _test.ConnectionString,
        """
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no mending today'; END $$;
        CREATE TRIGGER fail BEFORE DELETE ON influencer_analytics.late_hours FOR EACH ROW EXECUTE FUNCTION fail();
        """);

    private async Task AppendAsync(long slot, long followers) =>
        await _test.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(1, followers, 1, slot, slot + 5, "one")], [])], Cancel);

    private static async Task RunAsync(UpkeepWorker worker)
    {
        while ((await worker.RoundAsync(Cancel)).DidWork)
        {
        }
    }

    private async Task<int> PointsAsync(long slot) => (await _test.Store.ReadPointsAsync(1, slot, slot + 3_599_999, 10, Cancel)).Count;
}
