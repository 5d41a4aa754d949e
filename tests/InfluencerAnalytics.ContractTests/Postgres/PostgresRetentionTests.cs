using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>What is put aside before retention drops it.</summary>
public abstract class PostgresRetentionTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly PostgresTestStore _test = new(server) { Options = new PostgresOptions { RawRetention = TimeSpan.FromHours(2) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Retention_OfOneWhoIsNotReadAnyMore_KeepsItsLatestAndNobodyElses()
    {
        await _test.Store.AddInfluencersAsync([1, 2, 3], 0, Cancel);
        await AppendAsync([1, 2], []);
        await _test.PassAsync(Interval);
        await AppendAsync([1, 2], [3]);
        var last = Slot;
        for (var hour = 0; hour < 4; hour++)
        {
            await _test.PassAsync(TimeSpan.FromHours(1));
            await AppendAsync([2], [1]);
        }
        await _test.MaintainAsync(Cancel);

        (await _test.Store.ReadPointsAsync(1, 0, last, 10, Cancel)).ShouldBeEmpty();
        await using var connection = new NpgsqlConnection(_test.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        (await connection.ListAsync("SELECT influencer_id, slot FROM influencer_analytics.last_points", [], static reader => (reader.GetInt64(0), Moments.Ms(reader.GetDateTime(1))), Cancel))
            .ShouldBe([(1L, last)]);
        (await _test.Store.FindInfluencerAsync(1, Cancel))!.Username.ShouldBe($"name-{last}");
        (await connection.GetAsync<DateTime>("SELECT min(slot) FROM influencer_analytics.misses", [], Cancel)).ShouldBeGreaterThan(Moments.Of(last));
    }

    private long Slot => _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;

    private async Task AppendAsync(long[] ids, long[] missed) => await _test.Store.AppendAsync(
        [new DataPointBatch(Slot, Interval, [.. ids.Select(id => new DataPoint(id, 10, 1, Slot, Slot, $"name-{Slot}"))], [.. missed.Select(static id => new Miss(id, MissReason.Timeout))])], Cancel);
}

/// <summary>On native partitions.</summary>
public sealed class PlainRetentionTests(PlainPostgres server) : PostgresRetentionTests(server);

/// <summary>On hypertables.</summary>
public sealed class TimescaleRetentionTests(TimescalePostgres server) : PostgresRetentionTests(server);
