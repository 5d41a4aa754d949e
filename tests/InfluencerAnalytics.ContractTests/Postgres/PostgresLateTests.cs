using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Migrations;
using InfluencerAnalytics.Postgres.Rollups;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>Readings that come late, while roll-ups are made of their hours: none is missing in the end.</summary>
public abstract class PostgresLateTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly PostgresTestStore _test = new(server) { Options = new PostgresOptions { RawRetention = TimeSpan.FromHours(30) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long _hour;

    public async ValueTask InitializeAsync()
    {
        await _test.OpenAsync();
        _hour = _test.Now.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        await _test.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        await AppendAsync(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task LateReading_CommittedAfterItsHourWasMended_IsInTheRollup()
    {
        await _test.PassAsync(TimeSpan.FromHours(2));
        await _test.MaintainAsync(Cancel);
        await AppendAsync(1);
        await using var other = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        await using var held = await other.BeginTransactionAsync(Cancel);
        await DatabaseWaits.DoAsync(other, "LOCK TABLE influencer_analytics.changes IN EXCLUSIVE MODE");
        // Written and noted as late, as the one before; not committed.
        var slow = AppendAsync(2);
        await DatabaseWaits.UntilBlockedAsync(_test.ConnectionString, slow);
        await new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(TimeProvider.System)).MendLateAsync(Cancel);
        await held.CommitAsync(Cancel);
        await slow;
        await _test.MaintainAsync(Cancel);
        (await CountAsync(RollupPeriod.Hour)).ShouldBe(3);
    }

    [Fact]
    public async Task DayRanks_MadeByTwoProcesses_AreThoseOfTheLaterCounts()
    {
        var day = _hour / 86_400_000 * 86_400_000;
        await _test.PassAsync(TimeSpan.FromHours(26));
        var rollups = new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(TimeProvider.System));
        while (await rollups.RollUpNextAsync(static () => ValueTask.FromResult(true), Cancel))
        {
        }
        (await _test.Store.ReadDayRanksAsync(1, day, day, Cancel)).ShouldBeEmpty();
        var asked = 0;
        await _test.Ranks.RankNextAsync(async () =>
        {
            // All is collected and nothing written: this one stands still, its turn is over, and another does what there is to do.
            if (++asked != 3)
                return true;
            await _test.Store.AppendAsync([new DataPointBatch(_hour + 30 * 60_000, Interval, [new DataPoint(2, 1_000_000, 1, _hour + 30 * 60_000, _hour + 30 * 60_000, "two")], [])], Cancel);
            while (await rollups.MendLateAsync(Cancel))
            {
            }
            while (await _test.Ranks.RankNextAsync(static () => ValueTask.FromResult(true), Cancel))
            {
            }
            (await _test.Store.ReadDayRanksAsync(2, day, day, Cancel))[0].Rank.ShouldBe(1);
            (await _test.Store.ReadDayRanksAsync(1, day, day, Cancel))[0].Rank.ShouldBe(2);
            return true;
        }, Cancel);
        asked.ShouldBe(3);
        await _test.MaintainAsync(Cancel);
        var of1 = await _test.Store.ReadDayRanksAsync(1, day, day, Cancel);
        (of1[0].Rank, of1[0].RankOf).ShouldBe((2, 2));
    }

    [Fact]
    public async Task LateReading_WhileItsDayIsHalfRolledUp_IsInTheDay()
    {
        await _test.PassAsync(TimeSpan.FromHours(26));
        var rollups = new RollupMaker(_test.Database, _test.Store.Partitions, new Ages(TimeProvider.System));
        // Cut short after the first slice of the day.
        while (await DaysAsync() == 0)
            await rollups.RollUpNextAsync(async () => await DaysAsync() == 0, Cancel);
        await AppendAsync(1);
        await rollups.MendLateAsync(Cancel);
        await _test.MaintainAsync(Cancel);
        (await CountAsync(RollupPeriod.Day)).ShouldBe(2);
    }

    [Fact]
    public async Task Hours_NotRolledUpForLongerThanPointsAreKept_AreRolledUpBeforeTheyGo()
    {
        // The hour before was rolled up, so it is known where to go on.
        await _test.PassAsync(TimeSpan.FromHours(2));
        await _test.MaintainAsync(Cancel);
        await AppendAsync(120);
        await _test.PassAsync(TimeSpan.FromHours(40));
        await _test.MaintainAsync(Cancel);
        (await _test.Store.ReadRollupsAsync(1, RollupPeriod.Hour, _hour + 7_200_000, _hour + 7_200_000, Cancel)).ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Migrate_DaysThatLateReadingsHadChanged_AreRankedAgain()
    {
        var day = _hour / 86_400_000 * 86_400_000;
        await _test.PassAsync(TimeSpan.FromHours(26));
        await _test.MaintainAsync(Cancel);
        // As it was left by a program that did not take the ranks back: too few have changed for the day to be ranked again.
        await PostgresServer.DoAsync(
            _test.ConnectionString,
            """
            UPDATE influencer_analytics.rank_days SET influencers = 1000, late = 1;
            UPDATE influencer_analytics.day_ranks SET rank = 7;
            ALTER TABLE influencer_analytics.rank_days DROP COLUMN making;
            DELETE FROM influencer_analytics.schema_versions WHERE scriptname LIKE '0010_b%';
            """);
        await new Migrator(new PostgresOptions { ConnectionString = _test.ConnectionString }).MigrateAsync(Cancel);
        (await _test.Store.ReadDayRanksAsync(1, day, day, Cancel)).ShouldBeEmpty();
        await _test.MaintainAsync(Cancel);
        var rank = (await _test.Store.ReadDayRanksAsync(1, day, day, Cancel)).ShouldHaveSingleItem();
        (rank.Rank, rank.RankOf).ShouldBe((1, 1));
    }

    private async Task<long> DaysAsync()
    {
        await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        await using var command = new Npgsql.NpgsqlCommand("SELECT count(*) FROM influencer_analytics.days", connection);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private async Task<int> CountAsync(RollupPeriod period)
    {
        var start = period == RollupPeriod.Hour ? _hour : _hour / 86_400_000 * 86_400_000;
        return (await _test.Store.ReadRollupsAsync(1, period, start, start, Cancel)).ShouldHaveSingleItem().Count;
    }

    private async Task AppendAsync(int minute)
    {
        var slot = _hour + minute * 60_000;
        await _test.Store.AppendAsync([new DataPointBatch(slot, Interval, [new DataPoint(1, 10, 1, slot, slot + 5, "one")], [])], Cancel);
    }
}

/// <summary>On native partitions.</summary>
public sealed class PlainLateTests(PlainPostgres server) : PostgresLateTests(server);

/// <summary>On hypertables.</summary>
public sealed class TimescaleLateTests(TimescalePostgres server) : PostgresLateTests(server);
