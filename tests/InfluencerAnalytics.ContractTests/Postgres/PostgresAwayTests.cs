using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Postgres.Upkeep;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>The database goes away and comes back, on a server of its own.</summary>
public sealed class PostgresAwayTests : IAsyncLifetime
{
    private readonly PlainPostgres _server = new();
    private PostgresTestStore? _test;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = new PostgresTestStore(_server);
        await _test.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_test is not null)
            await _test.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Server_StoppedAndStarted_IsAwayAndThenReconnected(string mode)
    {
        var slot = _test!.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        (await AppendAsync(slot)).ShouldBe(1);
        _server.Stop(mode);
        await Should.ThrowAsync<StoreUnavailableException>(() => AppendAsync(slot + 60_000));
        (await _test.Store.GetStatusAsync(Cancel)).ShouldSatisfyAllConditions(
            status => status.Ready.ShouldBeFalse(), status => status.Detail.ShouldNotBeNull().ShouldContain("cannot be reached"), status => status.Kind.ShouldBe("postgresql"));
        _server.Restart();
        // A connection of the pool that broke is found broken once.
        await UntilAsync(() => AppendAsync(slot + 60_000));
        (await _test.Store.ReadPointsAsync(1, 0, long.MaxValue / 4, 10, Cancel)).Select(static point => point.Slot).ShouldBe([slot, slot + 60_000]);
        (await _test.Store.GetStatusAsync(Cancel)).Ready.ShouldBeTrue();
    }

    [Fact]
    public async Task NotMigrated_SaysWhatToDo()
    {
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = await _server.CreateEmptyDatabaseAsync() }, NullLoggerFactory.Instance);
        var store = new PostgresStore(database, TimeProvider.System);
        var away = await Should.ThrowAsync<StoreUnavailableException>(async () => await store.CountRosterAsync(Cancel));
        away.Message.ShouldContain("influencer-analytics db migrate");
        (await store.GetStatusAsync(Cancel)).Ready.ShouldBeFalse();
    }

    [Fact]
    public async Task WrongPassword_IsNotRepeated()
    {
        await using var database = new PostgresDatabase(
            new PostgresOptions { ConnectionString = "Host=127.0.0.1;Port=1;Database=x;Username=somebody;Password=very-secret;Timeout=2" }, NullLoggerFactory.Instance);
        var away = await Should.ThrowAsync<StoreUnavailableException>(async () => await new PostgresStore(database, TimeProvider.System).CountRosterAsync(Cancel));
        away.ToString().ShouldNotContain("very-secret");
        away.Message.ShouldContain("127.0.0.1:1/x as somebody");
    }

    [Fact]
    public async Task Upkeep_StoppedWhileTheDatabaseIsAway_HasNoLeaseToGiveBack()
    {
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = "Host=127.0.0.1;Port=1;Database=x;Username=somebody" }, NullLoggerFactory.Instance);
        var (health, log) = (new WorkerHealth(TimeProvider.System), new ListLoggerFactory());
        using var upkeep = new UpkeepWorker(
            new RollupMaker(database, new Partitions(database), new Ages(TimeProvider.System)), new Retention(database, new Ages(TimeProvider.System)), new Leases(database), health, TimeProvider.System, new Logger<UpkeepWorker>(log));
        await upkeep.StartAsync(Cancel);
        while (log.Messages.IsEmpty)
            await Task.Yield();
        await upkeep.StopAsync(Cancel);
        log.Messages.ShouldHaveSingleItem().ShouldBe("upkeep: PostgreSQL at 127.0.0.1:1/x as somebody cannot be reached: Connection refused. Trying again.");
    }

    [Fact]
    public async Task Append_SaysNothingInTheLog()
    {
        var log = new ListLoggerFactory();
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = _test!.ConnectionString }, log);
        var slot = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        (await AppendAsync(slot, new PostgresStore(database, TimeProvider.System))).ShouldBe(1);
        log.Messages.ShouldNotContain(static message => message.Contains("COPY", StringComparison.OrdinalIgnoreCase) || message.Contains("import", StringComparison.Ordinal));
    }

    private async Task<int> AppendAsync(long slot, PostgresStore? store = null) => (await (store ?? _test!.Store).AppendAsync(
        [new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(1, 10, 1, slot, slot, "one")], [])], Cancel)).Inserted;

    private static async Task UntilAsync(Func<Task<int>> done)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                (await done()).ShouldBe(1);
                return;
            }
            catch (StoreUnavailableException) when (tries < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
            }
        }
    }
}
