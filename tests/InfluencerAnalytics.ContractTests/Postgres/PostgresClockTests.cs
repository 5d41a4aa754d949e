using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>The clock of the database was ahead, and is set right.</summary>
public sealed class PostgresClockTests(PlainPostgres server) : IAsyncLifetime
{
    private readonly PostgresTestStore _test = new(server) { Options = new PostgresOptions { RawRetention = TimeSpan.FromHours(2) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Append_ToAPartitionThatWasDropped_IsStored()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        await AppendAsync(slot);
        await AppendAsync(slot + 60_000);
        // By a process whose clock was ahead as well, or by hand.
        await PostgresServer.DoAsync(_test.ConnectionString, "SELECT influencer_analytics.drop_before('data_points', (SELECT now + interval '6 hours' FROM influencer_analytics.test_time))");
        // The first finds out that it is gone.
        await Should.ThrowAsync<InfluencerAnalytics.Stores.StoreUnavailableException>(() => AppendAsync(slot + 120_000));
        (await AppendAsync(slot + 120_000)).ShouldBe(1);
    }

    [Fact]
    public async Task Database_AheadOfThisMachine_DropsNothingAndTakesReadingsOfNow()
    {
        var slot = _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        await AppendAsync(slot);
        await StepAsync("30 days");
        (await AppendAsync(slot + 60_000)).ShouldBe(1, "it is not older than it is kept: the database's clock is wrong");
        await _test.MaintainAsync(Cancel);
        (await _test.Store.ReadPointsAsync(1, 0, long.MaxValue / 4, 10, Cancel)).Count.ShouldBe(2);
        await StepAsync("-30 days");
        (await AppendAsync(slot + 120_000)).ShouldBe(1);
    }

    [Fact]
    public async Task Process_ReportedByAClockThatWasAhead_IsSilentOnceItIs()
    {
        await StepAsync("1 day");
        await _test.Store.WriteProcessAsync(Report("dead"), Cancel);
        await StepAsync("-1 day");
        await _test.Store.WriteProcessAsync(Report("alive"), Cancel);
        await StepAsync("5 minutes");
        await _test.Store.WriteProcessAsync(Report("alive"), Cancel);
        (await _test.Store.ReadProcessesAsync(TimeSpan.FromSeconds(30), Cancel)).ShouldHaveSingleItem().Report.Id.ShouldBe("alive");
        (await _test.Store.ReadProcessesAsync(IProcessStore.KeptFor, Cancel)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Lease_TakenByAClockThatWasAhead_BarsNobodyOnceItIsRight()
    {
        await StepAsync("1 day");
        (await _test.Store.TryAcquireLeaseAsync("seeder", "died", TimeSpan.FromMinutes(1), Cancel)).ShouldBeTrue();
        await StepAsync("-1 day");
        (await _test.Store.TryAcquireLeaseAsync("seeder", "alive", TimeSpan.FromMinutes(1), Cancel)).ShouldBeTrue();
        (await _test.Store.TryAcquireLeaseAsync("seeder", "another", TimeSpan.FromMinutes(1), Cancel)).ShouldBeFalse();
    }

    private static ProcessReport Report(string id) => new(id, "fetcher", "host", "1.0", 1_795_446_660_000);

    private Task StepAsync(string by) => PostgresServer.DoAsync(_test.ConnectionString, $"UPDATE influencer_analytics.test_time SET now = now + interval '{by}'");

    private async Task<int> AppendAsync(long slot) => (await _test.Store.AppendAsync(
        [new DataPointBatch(slot, TimeSpan.FromMinutes(1), [new DataPoint(1, 10, 1, slot, slot + 5, "one")], [])], Cancel)).Inserted;
}
