using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Migrations;
using InfluencerAnalytics.Postgres.Ranks;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Postgres.Upkeep;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>Making the schema, going on with an older or a newer one, and the least rights with which each role works.</summary>
public abstract class PostgresMigrationTests(PostgresServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_TwiceAtOnce_IsDoneOnce()
    {
        var options = new PostgresOptions { ConnectionString = await server.CreateEmptyDatabaseAsync() };
        var said = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => new Migrator(options).MigrateAsync(Cancel))));
        said.Count(static lines => lines.Any(static line => line.StartsWith("Done: 0001", StringComparison.Ordinal))).ShouldBe(1);
        said.Count(static lines => lines.Contains("The schema is up to date.")).ShouldBe(1);
        await using var database = Connect(options.ConnectionString);
        (await new PostgresStore(database, TimeProvider.System).CountRosterAsync(Cancel)).Tracked.ShouldBe(0);
    }

    [Fact]
    public async Task Migrate_AsAnOwnerWhoIsNoSuperuser_MakesAll()
    {
        var superuser = new NpgsqlConnectionStringBuilder(await server.CreateEmptyDatabaseAsync());
        var owner = $"owner_{superuser.Database}";
        await PostgresServer.DoAsync(superuser.ConnectionString, $"CREATE USER {owner}");
        await PostgresServer.DoAsync(superuser.ConnectionString, $"ALTER DATABASE {superuser.Database} OWNER TO {owner}");
        var options = new PostgresOptions { ConnectionString = new NpgsqlConnectionStringBuilder(superuser.ConnectionString) { Username = owner }.ConnectionString };
        (await new Migrator(options).MigrateAsync(Cancel))[1].ShouldStartWith("Done: 0001");
        await using var database = Connect(options.ConnectionString);
        (await new PostgresStore(database, TimeProvider.System).AddInfluencersAsync([1], 0, Cancel)).Added.ShouldBe(1);
        database.Kind!.IsTimescale.ShouldBe(server is TimescalePostgres);
    }

    [Fact]
    public async Task Migrate_FailsHalfWay_LeavesNothingOfTheScript()
    {
        var connectionString = await server.CreateEmptyDatabaseAsync();
        // In the way of the third script.
        await PostgresServer.DoAsync(connectionString, "CREATE SCHEMA influencer_analytics; CREATE VIEW influencer_analytics.days AS SELECT 1 AS x");
        var failed = await Should.ThrowAsync<StoreUnavailableException>(() => new Migrator(new PostgresOptions { ConnectionString = connectionString }).MigrateAsync(Cancel));
        failed.Message.ShouldContain("0003_series.sql");
        await PostgresServer.DoAsync(connectionString, "DROP VIEW influencer_analytics.days");
        (await new Migrator(new PostgresOptions { ConnectionString = connectionString }).MigrateAsync(Cancel))[1].ShouldStartWith("Done: 0003_series.sql");
    }

    [Fact]
    public async Task Schema_OfANewerVersion_LeavesThisOneRunning()
    {
        var connectionString = await server.CreateDatabaseAsync();
        await PostgresServer.DoAsync(connectionString, "INSERT INTO influencer_analytics.schema_versions (scriptname, applied) VALUES ('9999_of_tomorrow.sql', now())");
        await PostgresServer.DoAsync(connectionString, "ALTER TABLE influencer_analytics.roster ADD COLUMN of_tomorrow text DEFAULT 'x'");
        await using var database = Connect(connectionString);
        (await new PostgresStore(database, TimeProvider.System).AddInfluencersAsync([1], 0, Cancel)).Added.ShouldBe(1);
    }

    [Fact]
    public async Task Schema_OfAnOlderVersion_SaysWhatIsMissing()
    {
        var connectionString = await server.CreateDatabaseAsync();
        await PostgresServer.DoAsync(connectionString, "DELETE FROM influencer_analytics.schema_versions WHERE scriptname LIKE '0004%plain%' OR scriptname LIKE '0002%'");
        await using var database = Connect(connectionString);
        var away = await Should.ThrowAsync<StoreUnavailableException>(async () => await new PostgresStore(database, TimeProvider.System).CountRosterAsync(Cancel));
        away.Message.ShouldContain("0002_slots.sql");
        away.Message.ShouldContain("db migrate");
    }

    public static TheoryData<string> Roles => [.. Grants.Roles];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Grants_OfARole_SufficeForItAndForNoMore(string role)
    {
        await using var database = Connect(await GrantAsync(await server.CreateDatabaseAsync(), role));
        var store = new PostgresStore(database, TimeProvider.System);
        await ReadAsync(store);
        if (role is "seeder" or "up")
            await SeedAsync(store);
        if (role is "fetch" or "serve" or "up")
            await ChangeRosterAsync(store);
        if (role is "classify" or "up")
            await JudgeAsync(store);
        else
            (await Should.ThrowAsync<StoreUnavailableException>(() => JudgeAsync(store))).Message.ShouldContain("permission denied");
        if (role is "ingest" or "up")
            await IngestAsync(store, database);
        else
            (await Should.ThrowAsync<StoreUnavailableException>(() => IngestAsync(store, database))).Message.ShouldContain("permission denied");
        await Should.ThrowAsync<PostgresException>(() => PostgresServer.DoAsync(database.Options.ConnectionString, "DELETE FROM influencer_analytics.data_points"));
        await Should.ThrowAsync<PostgresException>(() => PostgresServer.DoAsync(database.Options.ConnectionString, "DROP TABLE influencer_analytics.roster"));
    }

    [Theory]
    [InlineData("ingest")]
    [InlineData("fetch")]
    [InlineData("serve")]
    [InlineData("up")]
    public async Task Grants_OfARole_SufficeToTakeMissesBack(string role)
    {
        var owner = await server.CreateDatabaseAsync();
        await using var owners = Connect(owner);
        var all = new PostgresStore(owners, TimeProvider.System);
        await all.AddInfluencersAsync([7, 8], 0, Cancel);
        var slot = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 * 60_000 + 60_000;
        await all.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [], [new Miss(7, MissReason.Timeout), new Miss(8, MissReason.Timeout)])], Cancel);
        await using var database = Connect(await GrantAsync(owner, role));
        var store = new PostgresStore(database, TimeProvider.System);
        if (role is "ingest" or "up")
        {
            await store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [], [new Miss(7, MissReason.Throttled)])], Cancel);
            await store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(7, 10, 1, slot, slot, "seven")], [])], Cancel);
        }
        else
        {
            (await store.RemoveInfluencersAsync([7], Cancel)).ShouldBe(1);
        }
        (await all.ReadSlotsAsync(slot, slot, Cancel)).Single().Missed.ShouldBe(new Dictionary<MissReason, long> { [MissReason.Timeout] = 1 });
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Grants_OfARole_SufficeForOpinionsWhereItRollsUp(string role)
    {
        await using var database = Connect(await GrantAsync(await server.CreateDatabaseAsync(), role));
        var store = new PostgresStore(database, TimeProvider.System);
        (await store.ReadWatchesAsync([7], Cancel)).ShouldBeEmpty();
        if (role is "ingest" or "up")
            await WatchAsync(store);
        else
            (await Should.ThrowAsync<StoreUnavailableException>(() => WatchAsync(store))).Message.ShouldContain("permission denied");
    }

    // How a user connects that has the rights of a role.
    private static async Task<string> GrantAsync(string owner, string role)
    {
        var user = $"{role}_{new NpgsqlConnectionStringBuilder(owner).Database}";
        await PostgresServer.DoAsync(owner, $"CREATE USER {user}");
        await PostgresServer.DoAsync(owner, string.Join('\n', Grants.For(role, user)));
        return new NpgsqlConnectionStringBuilder(owner) { Username = user }.ConnectionString;
    }

    private static async Task ReadAsync(PostgresStore store)
    {
        (await store.GetStatusAsync(Cancel)).Detail.ShouldBeNull();
        await store.ReadOrWriteSettingAsync("interval", "60", Cancel);
        await store.ReadGenerationsAsync(Cancel);
        await store.ReadRosterSnapshotAsync(InfluencerAnalytics.Stores.Roster.RosterSnapshot.None, Cancel);
        await store.ReadRollupsAsync(1, RollupPeriod.Day, 0, long.MaxValue / 4, Cancel);
        await store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel);
        await store.ReadSlotHoursAsync(0, long.MaxValue / 4, Cancel);
        await store.ReadDayRanksAsync(1, 0, long.MaxValue / 4, Cancel);
        await store.ReadLatestChangesAsync(null, 10, new List<LatestPoint>(), Cancel);
        await store.ReadFlagChangesAsync(null, 10, [], Cancel);
        await store.FindVerdictAsync(1, Cancel);
        await store.ReadFlagHistoryAsync(1, 10, Cancel);
        (await store.TryAcquireLeaseAsync("lease", "me", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
        await store.ReleaseLeaseAsync("lease", "me", Cancel);
    }

    private static async Task WatchAsync(PostgresStore store)
    {
        (await store.ReadHoursAsync(0, 10, 0, 3_600_000, Cancel)).LastId.ShouldBeNull();
        // The second time what there is is replaced.
        for (var round = 0; round < 2; round++)
        {
            var progress = await store.ReadWatchProgressAsync(Cancel);
            (await store.WriteWatchesAsync([new KeptWatch(7, round, 0, 3_600_000, 1, [1])], progress, progress.Anew(), Cancel)).ShouldBeTrue();
        }
        (await store.DropWatchesAsync(7_200_000, Cancel)).ShouldBe(1);
    }

    private static async Task JudgeAsync(PostgresStore store)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        // The second time, with another flag, what there is is replaced.
        (await store.WriteVerdictsAsync([new SuspicionVerdict(1, true, now - 1, 2, 3)], Cancel)).ShouldBe(1);
        (await store.WriteVerdictsAsync([new SuspicionVerdict(1, false, now, 2, 3)], Cancel)).ShouldBe(1);
        await store.AddFailedChecksAsync(FailedChecks.DayOf(now), 1, Cancel);
        await store.AddFailedChecksAsync(FailedChecks.DayOf(now), 1, Cancel);
        await store.FindJudgedAsync([1], now, Cancel);
        await store.ReadLatestOfAsync([1], [], Cancel);
        // What it cannot read it buries, and asks for a seeding.
        await store.RequestGenerationAsync(Cancel);
    }

    private static async Task SeedAsync(PostgresStore store)
    {
        var generation = await store.AllocateGenerationAsync(Cancel);
        (await store.TrySealGenerationAsync(new SealedGeneration(generation, TimeSpan.FromMinutes(1), 500), long.MaxValue, Cancel)).ShouldBeTrue();
    }

    private static async Task ChangeRosterAsync(PostgresStore store)
    {
        await store.AddInfluencersAsync([7, 8], (await store.ReadGenerationsAsync(Cancel)).Sealed?.Generation ?? 0, Cancel);
        (await store.RemoveInfluencersAsync([8], Cancel)).ShouldBe(1);
        await store.RequestGenerationAsync(Cancel);
    }

    private static async Task IngestAsync(PostgresStore store, PostgresDatabase database)
    {
        var slot = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 * 60_000 - 3 * 3_600_000;
        for (var i = 0; i < 4; i++)
        {
            await store.AppendAsync(
                [new DataPointBatch(slot + i * 60_000, TimeSpan.FromMinutes(1), [new DataPoint(9, 10, 1, slot + i * 60_000, slot, "nine")], [new Miss(7, MissReason.NotFound)])], Cancel);
        }
        var rollups = new RollupMaker(database, store.Partitions, new Ages(TimeProvider.System));
        while (await rollups.RollUpNextAsync(static () => ValueTask.FromResult(true), Cancel) | await rollups.MendLateAsync(Cancel))
        {
        }
        (await new SlotHourMaker(database).MakeNextAsync(Cancel)).ShouldBeTrue();
        await EndDayAsync(store, database, slot);
        (await new RankMaker(database, store.Partitions).RankNextAsync(static () => ValueTask.FromResult(true), Cancel)).ShouldBeTrue();
        (await store.ReadDayRanksAsync(9, 0, long.MaxValue / 4, Cancel)).ShouldHaveSingleItem().Rank.ShouldBe(1);
        await new Retention(database, TimeProvider.System, NullLogger<Retention>.Instance).ApplyAsync(Cancel);
    }

    // Though it is not over.
    private static ValueTask<int> EndDayAsync(PostgresStore store, PostgresDatabase database, long slot) => database.UseAsync(async (connection, cancel) =>
    {
        var day = Moments.DayOf(Moments.Of(slot));
        await store.Partitions.EnsureAsync(connection, PartitionedSeries.Days, [day], cancel);
        await connection.DoAsync($"INSERT INTO influencer_analytics.days ({RollupRows.Columns}) SELECT influencer_id, $1, {RollupRows.OfHours} FROM influencer_analytics.hours GROUP BY 1", [day], cancel);
        return await connection.DoAsync("UPDATE influencer_analytics.state SET days_rolled_until = $1", [day.AddDays(1)], cancel);
    }, Cancel);

    private static PostgresDatabase Connect(string connectionString) => new(new PostgresOptions { ConnectionString = connectionString }, NullLoggerFactory.Instance);
}

/// <summary>On native partitions.</summary>
public sealed class PlainMigrationTests(PlainPostgres server) : PostgresMigrationTests(server);

/// <summary>On hypertables.</summary>
public sealed class TimescaleMigrationTests(TimescalePostgres server) : PostgresMigrationTests(server);
