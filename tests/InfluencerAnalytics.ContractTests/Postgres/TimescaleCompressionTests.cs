using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>What is compressed is read, refused as a duplicate and added to like anything else.</summary>
public sealed class TimescaleCompressionTests(TimescalePostgres server) : IAsyncLifetime
{
    private const int Ids = 500;
    private const long Minute = 60_000;

    private readonly PostgresTestStore _test = new(server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Compressed_HourOfPoints_TakesLatePointsAndRefusesDuplicates()
    {
        var hour = _test.Now.ToUnixTimeMilliseconds() / (60 * Minute) * 60 * Minute - 120 * Minute;
        await _test.Store.AddInfluencersAsync([.. Enumerable.Range(1, Ids).Select(static id => (long)id)], 0, Cancel);
        for (var minute = 0; minute < 60; minute++)
            await AppendAsync(hour + minute * Minute, minute == 30 ? Ids - 1 : Ids);
        await _test.MaintainAsync(Cancel);
        await PostgresServer.DoAsync(
            _test.ConnectionString,
            "SELECT public.compress_chunk(c) FROM public.show_chunks('influencer_analytics.data_points') c; SELECT public.compress_chunk(c) FROM public.show_chunks('influencer_analytics.hours') c");

        (await AppendAsync(hour + 30 * Minute, Ids)).ShouldBe(new AppendResult(1, Ids - 1, 0), "one of them is late");
        (await _test.Store.ReadPointsAsync(Ids, 0, long.MaxValue / 4, 100, Cancel)).Count.ShouldBe(60);
        await RollupsAsync();
        await _test.MaintainAsync(Cancel);
        await RollupsAsync();
        (await _test.Store.ReadSlotsAsync(hour + 30 * Minute, hour + 30 * Minute, Cancel))[0].Stored.ShouldBe(Ids);

        async Task RollupsAsync() => (await _test.Store.ReadRollupsAsync(Ids, RollupPeriod.Hour, hour, hour, Cancel)).ShouldHaveSingleItem().Count.ShouldBe(60);
    }

    [Fact]
    public async Task Compressed_DayOfHours_TakesLateReadingsOfMany()
    {
        const int Many = 10_000;
        const int Late = 200;
        var day = _test.Now.ToUnixTimeMilliseconds() / (1440 * Minute) * 1440 * Minute;
        await _test.Store.AddInfluencersAsync([.. Enumerable.Range(1, Many).Select(static id => (long)id)], 0, Cancel);
        await AppendAsync(_test.Now.ToUnixTimeMilliseconds() / Minute * Minute, 1);
        await _test.PassAsync(TimeSpan.FromDays(3));
        await _test.MaintainAsync(Cancel);
        // As if each had been read once in each hour of the day, and the day is old enough to be compressed.
        await PostgresServer.DoAsync(
            _test.ConnectionString,
            $"""
            INSERT INTO influencer_analytics.hours
            SELECT i, to_timestamp({day / 1000}) + h * interval '1 hour', 1, 10, 10, 10, 10, 10, 1, 1, 1, 1, 1 FROM generate_series(1, {Many}) i, generate_series(0, 23) h ON CONFLICT DO NOTHING;
            SELECT public.compress_chunk(c) FROM public.show_chunks('influencer_analytics.hours') c;
            """);
        var slot = day + 23 * 60 * Minute;
        List<long> late = [.. Enumerable.Range(1, Late).Select(static i => (long)i * (Many / Late))];
        (await _test.Store.AppendAsync([new DataPointBatch(slot, TimeSpan.FromMinutes(1), [.. late.Select(id => new DataPoint(id, 77, 1, slot, slot + 5, "late"))], [])], Cancel)).Inserted.ShouldBe(Late);
        await _test.MaintainAsync(Cancel);
        foreach (var id in late)
            (await _test.Store.ReadRollupsAsync(id, RollupPeriod.Hour, slot, slot, Cancel)).ShouldHaveSingleItem().Followers.Max.ShouldBe(77);
        (await _test.Store.ReadRollupsAsync(late[0] + 1, RollupPeriod.Hour, slot, slot, Cancel)).ShouldHaveSingleItem().Followers.Max.ShouldBe(10);
    }

    [Fact]
    public async Task Migrated_HasThePolicyOfTheOptions()
    {
        await using var connection = new Npgsql.NpgsqlConnection(_test.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new Npgsql.NpgsqlCommand(
            "SELECT config ->> 'compress_after' FROM timescaledb_information.jobs WHERE hypertable_name = 'data_points' AND proc_name = 'policy_compression'", connection);
        (await command.ExecuteScalarAsync(Cancel)).ShouldBe("03:00:00");
    }

    private async Task<AppendResult> AppendAsync(long slot, int ids) => await _test.Store.AppendAsync(
        [new DataPointBatch(slot, TimeSpan.FromMinutes(1), [.. Enumerable.Range(1, ids).Select(id => new DataPoint(id, id * 10, 1, slot, slot + 5, $"name-{id}"))], [])], Cancel);
}
