using System.Net;
using System.Net.Sockets;
using InfluencerAnalytics.ContractTests.Embedded;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Ranks;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Postgres.Upkeep;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

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

    [Theory]
    [InlineData("default_transaction_read_only = on", "read-only")]
    [InlineData("statement_timeout = 1000", "statement timeout")]
    public async Task Sessions_SettingThatIsMended_AreMadeAnew(string setting, string says)
    {
        var slot = _test!.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        var database = new NpgsqlConnectionStringBuilder(_test.ConnectionString).Database;
        var owner = $"{_test.ConnectionString};Options=-c default_transaction_read_only=off -c statement_timeout=0";
        await PostgresServer.DoAsync(owner, $"ALTER DATABASE {database} SET {setting}");
        await PostgresServer.DoAsync(
            owner,
            """
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE INSERT ON influencer_analytics.data_points FOR EACH ROW EXECUTE FUNCTION slow();
            """);
        await _test.ReopenAsync();
        (await Should.ThrowAsync<StoreUnavailableException>(() => AppendAsync(slot))).Message.ShouldContain(says);
        await PostgresServer.DoAsync(owner, $"ALTER DATABASE {database} RESET ALL");
        (await AppendAsync(slot)).ShouldBe(1);
    }

    [Fact]
    public async Task Server_DoesNotAnswer_OneWaitsAndTellsTheOthers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var time = new SteppableTime(_test!.Now);
        await using var database = new PostgresDatabase(
            new PostgresOptions { ConnectionString = $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Database=x;Username=somebody;SSL Mode=Disable;Timeout=1" },
            NullLoggerFactory.Instance, time);
        var store = new PostgresStore(database, time);
        for (var waited = 1; waited <= 2; waited++)
        {
            (await Should.ThrowAsync<StoreUnavailableException>(async () => await store.CountRosterAsync(Cancel))).Message.ShouldContain("did not answer in time");
            (await Should.ThrowAsync<StoreUnavailableException>(async () => await store.CountRosterAsync(Cancel))).Message.ShouldContain("did not answer in time");
            using (await silent.AcceptTcpClientAsync(Cancel))
                silent.Pending().ShouldBeFalse("the second was told without waiting for the server itself");
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Pool_AllInUse_SaysSoAndIsNotTakenForAServerThatIsAway()
    {
        await using var database = new PostgresDatabase(
            new PostgresOptions { ConnectionString = new NpgsqlConnectionStringBuilder(_test!.ConnectionString) { Timeout = 1, MaxPoolSize = 1 }.ConnectionString }, NullLoggerFactory.Instance);
        var (held, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holder = HoldAsync(database, held, end);
        await held.Task.WaitAsync(Cancel);
        (await Should.ThrowAsync<StoreUnavailableException>(async () => await new PostgresStore(database, TimeProvider.System).CountRosterAsync(Cancel))).Message.ShouldContain("are in use");
        end.SetResult();
        await holder;
        await new PostgresStore(database, TimeProvider.System).CountRosterAsync(Cancel);
    }

    [Fact]
    public async Task Pool_NothingSaidOfIt_LeavesTheServerToOthers()
    {
        var text = new NpgsqlConnectionStringBuilder(_test!.ConnectionString) { Timeout = 1 };
        text.Remove("Maximum Pool Size");
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = text.ConnectionString }, NullLoggerFactory.Instance);
        var end = new TaskCompletionSource();
        var holders = new List<Task>();
        for (var connection = 0; connection < 20; connection++)
        {
            var held = new TaskCompletionSource();
            holders.Add(HoldAsync(database, held, end));
            await held.Task.WaitAsync(Cancel);
        }
        var ended = new TaskCompletionSource();
        ended.SetResult();
        await Should.ThrowAsync<StoreUnavailableException>(() => HoldAsync(database, new TaskCompletionSource(), ended));
        end.SetResult();
        await Task.WhenAll(holders);
    }

    [Fact]
    public async Task State_IsMissing_SaysThatTheDatabaseIsDamaged()
    {
        await PostgresServer.DoAsync(_test!.ConnectionString, "DELETE FROM influencer_analytics.state");
        Func<Task>[] asked =
        [
            async () => await _test.Store.CountRosterAsync(Cancel), async () => await _test.Store.ReadGenerationsAsync(Cancel), async () => await _test.Store.ReadKeptSinceAsync(Cancel),
            async () => await _test.Store.AddInfluencersAsync([1], 0, Cancel), async () => await _test.MaintainAsync(Cancel),
        ];
        foreach (var ask in asked)
            (await Should.ThrowAsync<StoreUnavailableException>(ask)).Message.ShouldContain("the row of influencer_analytics.state is missing");
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
            new RollupMaker(database, new Partitions(database), new Ages(TimeProvider.System)), new SlotHourMaker(database), new RankMaker(database, new Partitions(database)),
            new Retention(database, TimeProvider.System, NullLogger<Retention>.Instance), new Leases(database), health, TimeProvider.System, new Logger<UpkeepWorker>(log));
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

    private static async Task HoldAsync(PostgresDatabase database, TaskCompletionSource held, TaskCompletionSource end) => await database.UseAsync(
        async (_, _) =>
        {
            held.SetResult();
            await end.Task;
            return true;
        }, Cancel);

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
