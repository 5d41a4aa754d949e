using InfluencerAnalytics.ContractTests.Postgres;
using InfluencerAnalytics.Stores;

[assembly: AssemblyFixture(typeof(PlainPostgres))]
[assembly: AssemblyFixture(typeof(TimescalePostgres))]

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>The store in PostgreSQL.</summary>
public abstract class PostgresStoreContractTests(PostgresServer server) : InfluencerStoreContract
{
    private readonly PostgresTestStore _test = new(server);

    protected override DateTimeOffset Now => _test.Now;

    protected override async ValueTask<IInfluencerStore> OpenAsync() => await _test.OpenAsync();

    protected override ValueTask PassAsync(TimeSpan time) => _test.PassAsync(time);

    protected override ValueTask MaintainAsync() => _test.MaintainAsync(Cancel);

    protected override async ValueTask<IInfluencerStore> ReopenAsync() => await _test.ReopenAsync();

    protected override ValueTask CloseAsync() => _test.DisposeAsync();
}

/// <summary>On native partitions.</summary>
public sealed class PlainStoreContractTests(PlainPostgres server) : PostgresStoreContractTests(server);

/// <summary>On hypertables.</summary>
public sealed class TimescaleStoreContractTests(TimescalePostgres server) : PostgresStoreContractTests(server);
