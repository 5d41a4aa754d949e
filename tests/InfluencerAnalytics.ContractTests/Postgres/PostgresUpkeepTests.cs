using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Upkeep;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>The parts of the upkeep do not wait for each other for ever.</summary>
public sealed class PostgresUpkeepTests(PlainPostgres server) : IAsyncLifetime
{
    private readonly PostgresTestStore _test = new(server);

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
            new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(TimeProvider.System)), new Retention(_test.Database, new Ages(TimeProvider.System)), new Leases(_test.Database),
            new WorkerHealth(TimeProvider.System), TimeProvider.System, NullLogger<UpkeepWorker>.Instance);
        (await Should.ThrowAsync<StoreUnavailableException>(async () => await worker.RoundAsync(Cancel))).Message.ShouldContain("no roll-up today");
        await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        await using var command = new Npgsql.NpgsqlCommand("SELECT count(*) FROM influencer_analytics.changes", connection);
        (await command.ExecuteScalarAsync(Cancel)).ShouldBe(0L);
    }
}
