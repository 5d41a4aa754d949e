using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Ranks;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Postgres.Upkeep;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>A store on a database of a test's own, whose clock the test sets.</summary>
internal sealed class PostgresTestStore(PostgresServer server) : IAsyncDisposable
{
    private readonly SteppableTime _time = new(TestStart);
    private string? _connectionString;
    private PostgresDatabase? _database;

    // In the middle of an hour, as the other stores' tests.
    private static readonly DateTimeOffset TestStart = Embedded.TestDatabase.Start;

    public DateTimeOffset Now => _time.GetUtcNow();

    public string ConnectionString => _connectionString!;

    public PostgresDatabase Database => _database!;

    public PostgresStore Store { get; private set; } = null!;

    /// <summary>What differs from the defaults.</summary>
    public PostgresOptions Options { get; init; } = new();

    public async Task<PostgresStore> OpenAsync()
    {
        _connectionString ??= await server.CreateDatabaseAsync();
        await SetTimeAsync();
        return await ReopenAsync();
    }

    public async Task<PostgresStore> ReopenAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _database = new PostgresDatabase(Options with { ConnectionString = _connectionString! }, NullLoggerFactory.Instance);
        return Store = new PostgresStore(_database, _time);
    }

    public async ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        await SetTimeAsync();
    }

    public RankMaker Ranks => new(_database!, Store.Partitions);

    /// <summary>Does all of the upkeep that is due.</summary>
    public async ValueTask MaintainAsync(CancellationToken cancellationToken)
    {
        var rollups = new RollupMaker(_database!, Store.Partitions, new Ages(_time));
        while (await rollups.RollUpNextAsync(static () => ValueTask.FromResult(true), cancellationToken) | await rollups.MendLateAsync(cancellationToken))
        {
        }
        while (await new SlotHourMaker(_database!).MakeNextAsync(cancellationToken) || await Ranks.RankNextAsync(static () => ValueTask.FromResult(true), cancellationToken))
        {
        }
        await new Retention(_database!, _time, NullLogger<Retention>.Instance).ApplyAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        if (_connectionString is not null)
            await server.DropDatabaseAsync(_connectionString);
    }

    private Task SetTimeAsync() => PostgresServer.DoAsync(ConnectionString, $"UPDATE influencer_analytics.test_time SET now = '{Now.UtcDateTime:O}'");
}
