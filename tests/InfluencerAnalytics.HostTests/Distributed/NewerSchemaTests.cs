using InfluencerAnalytics.ContractTests.Postgres;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.HostTests.Running;
using Npgsql;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>The begin of a rolling upgrade: the next version's migration is run while all roles work. They go on with it, and start with it.</summary>
public abstract class NewerSchemaTests(PostgresServer postgres, SqsServer sqs)
{
    private const int Influencers = 200;
    private const int IntervalSeconds = 5;
    private const string Schema = "influencer_analytics";

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migration_OfTheNextVersion_LeavesTheRolesWorkingAndStarting()
    {
        await using var deployment = await Deployment.CreateAsync(postgres, sqs, Influencers, IntervalSeconds, _cancellationToken);
        await deployment.PrepareAsync(_cancellationToken);
        deployment.Start("serve", "serve", "--listen", deployment.Listen);
        deployment.Start("seeder", "seeder");
        deployment.Start("fetch", "fetch");
        deployment.Start("ingest", "ingest");
        await deployment.TrackAsync(Influencers, _cancellationToken);
        await deployment.WholeSlotAsync(Influencers, 0, TimeSpan.FromSeconds(90), _cancellationToken);

        await MigrateAsync(deployment.ConnectionString);
        await WholeAndReadyAsync(deployment);
        await WriteAsTheNextVersionAsync(deployment.ConnectionString);
        foreach (var process in deployment.Processes)
        {
            (await process.InterruptAsync(_cancellationToken)).ShouldBe(0, process.Output);
            process.Start();
        }
        await WholeAndReadyAsync(deployment);
        // The older program's own migration finds nothing to do, and what else changes the roster goes on.
        (await deployment.RunAsync(["db", "migrate"], _cancellationToken)).ShouldContain("The schema is up to date.");
        await deployment.Client.UntrackAsync(Deployment.FirstId, _cancellationToken);
        await deployment.RunAsync(["seed", "--url", deployment.Listen], _cancellationToken);
        await deployment.WholeSlotAsync(Influencers - 1, Deployment.NowMs, TimeSpan.FromSeconds(90), _cancellationToken);
        (await deployment.Client.GetPipelineAsync(_cancellationToken)).Processes.ShouldContain(static process => process.Role == "archiver");
        LedgerCheck.EveryStoredPointWasServed(await deployment.StoredAsync(_cancellationToken), deployment.Provider.Ledger!.ReadAll());
    }

    // Every table gets a column that may be empty, and there is a table and an index more. Each by itself, as small migrations are: no lock is waited for with another one held.
    private async Task MigrateAsync(string connectionString)
    {
        foreach (var table in await TablesAsync(connectionString))
            await PostgresServer.DoAsync(connectionString, $"ALTER TABLE {Schema}.{table} ADD COLUMN of_tomorrow text");
        await PostgresServer.DoAsync(connectionString, $"CREATE TABLE {Schema}.notes (id bigint PRIMARY KEY, note text)");
        await PostgresServer.DoAsync(connectionString, $"CREATE INDEX roster_of_tomorrow ON {Schema}.roster (of_tomorrow)");
        await PostgresServer.DoAsync(connectionString, $"INSERT INTO {Schema}.schema_versions (scriptname, applied) VALUES ('0005_of_tomorrow.sql', now())");
    }

    // Its processes fill what it added, and say of themselves what today's do not.
    private static async Task WriteAsTheNextVersionAsync(string connectionString)
    {
        await PostgresServer.DoAsync(connectionString, $"UPDATE {Schema}.roster SET of_tomorrow = 'x'; UPDATE {Schema}.generations SET of_tomorrow = 'x'; UPDATE {Schema}.state SET of_tomorrow = 'x'");
        await PostgresServer.DoAsync(connectionString, $"INSERT INTO {Schema}.settings (name, value, of_tomorrow) VALUES ('of_tomorrow', '[]', 'x')");
        await PostgresServer.DoAsync(
            connectionString,
            $$$"""
            INSERT INTO {{{Schema}}}.processes (id, report, at)
            VALUES ('archiver-1', '{"Id":"archiver-1","Role":"archiver","Host":"h","Version":"9.0","StartedAt":1,"Archive":{"PerSecond":1},"Fetch":{"Kinds":["a"]}}', clock_timestamp())
            """);
    }

    private async Task<List<string>> TablesAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(_cancellationToken);
        // Partitions have the columns of their table.
        await using var command = new NpgsqlCommand($"SELECT relname FROM pg_class WHERE relnamespace = '{Schema}'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname", connection);
        await using var reader = await command.ExecuteReaderAsync(_cancellationToken);
        var tables = new List<string>();
        while (await reader.ReadAsync(_cancellationToken))
            tables.Add(reader.GetString(0));
        tables.ShouldContain("data_points");
        return tables;
    }

    private async Task WholeAndReadyAsync(Deployment deployment)
    {
        await deployment.WholeSlotAsync(Influencers, Deployment.NowMs, TimeSpan.FromSeconds(90), _cancellationToken);
        string[] roles = ["api", "fetcher", "ingester", "seeder"];
        await deployment.TriedAsync(
            async () => (await deployment.Client.GetPipelineAsync(_cancellationToken)).Processes.Where(static process => process.Counted && process.Ready).Select(static process => process.Role)
                .Intersect(roles).Count() == roles.Length,
            TimeSpan.FromSeconds(40), "Not every role is ready.", _cancellationToken);
    }
}

/// <summary>On native partitions.</summary>
public sealed class PlainNewerSchemaTests(PlainPostgres postgres, SqsServer sqs) : NewerSchemaTests(postgres, sqs), IClassFixture<PlainPostgres>, IClassFixture<SqsServer>;

/// <summary>On hypertables, where they can be had.</summary>
public sealed class TimescaleNewerSchemaTests(TimescalePostgres postgres, SqsServer sqs) : NewerSchemaTests(postgres, sqs), IClassFixture<TimescalePostgres>, IClassFixture<SqsServer>;
