using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Migrations;
using InfluencerAnalytics.Postgres.Slots;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>The sums of hours outlive the records of slots, and readings that are written meanwhile are not missing in the end.</summary>
public abstract class PostgresSlotHourTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly PostgresTestStore _test = new(server)
    {
        Options = new PostgresOptions { RawRetention = TimeSpan.FromHours(2), HourlyRetention = TimeSpan.FromHours(30), CompressAfter = TimeSpan.FromHours(1) },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long _hour;

    public async ValueTask InitializeAsync()
    {
        await _test.OpenAsync();
        _hour = _test.Now.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        await _test.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        await AppendAsync(1, 0, 10);
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Retention_OfSlots_LeavesTheirHours()
    {
        await _test.PassAsync(TimeSpan.FromHours(2));
        await _test.MaintainAsync(Cancel);
        await _test.PassAsync(TimeSpan.FromDays(3));
        await AppendAsync(2, 3 * 24 * 60, 7);
        await _test.MaintainAsync(Cancel);
        (await _test.Store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel)).ShouldHaveSingleItem().Slot.ShouldBe(_hour + 3 * 24 * 3_600_000);
        (await _test.Store.ReadSlotsKeptSinceAsync(Cancel)).ShouldBe(new SlotsKeptSince(_hour + 3 * 24 * 3_600_000, _hour));
        await OneAndSevenAsync();

        // A record that is made once more, of a slot that was dropped, and the old differences of the roster that retention adds up, change nothing of it.
        await _test.Store.NoteSlotAsync(_hour + 60_000, Interval, Cancel);
        (await StaleAsync()).ShouldBe(0);
        await _test.MaintainAsync(Cancel);
        await OneAndSevenAsync();
    }

    [Fact]
    public async Task Retention_HourThatIsNotMade_KeepsItsRecords()
    {
        await _test.PassAsync(TimeSpan.FromHours(2));
        await _test.MaintainAsync(Cancel);
        await PostgresServer.DoAsync(_test.ConnectionString, $"INSERT INTO influencer_analytics.stale_slot_hours (hour) VALUES ('{Moments.Of(_hour):O}')");
        (await new SlotHourMaker(_test.Database).ReadNeededFromAsync(Cancel)).ShouldBe(Moments.Of(_hour));
        await new SlotHourMaker(_test.Database).MakeNextAsync(Cancel);
        (await new SlotHourMaker(_test.Database).ReadNeededFromAsync(Cancel)).ShouldBe(DateTime.MaxValue);
    }

    [Fact]
    public async Task LateReading_CommittedAfterItsHourWasMadeAgain_IsInTheHour()
    {
        await _test.PassAsync(TimeSpan.FromMinutes(80));
        await _test.MaintainAsync(Cancel);
        await AppendAsync(1, 1, 100);
        await using var other = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        await using var held = await other.BeginTransactionAsync(Cancel);
        await DatabaseWaits.DoAsync(other, "LOCK TABLE influencer_analytics.changes IN EXCLUSIVE MODE");
        // Counted and noted as the one before; not committed.
        var slow = AppendAsync(1, 2, 1000);
        await DatabaseWaits.UntilBlockedAsync(_test.ConnectionString, slow);
        (await new SlotHourMaker(_test.Database).MakeNextAsync(Cancel)).ShouldBeTrue();
        (await SumsAsync())[0].FollowerSum.ShouldBe(110);
        await held.CommitAsync(Cancel);
        await slow;
        (await SumsAsync())[0].FollowerSum.ShouldBe(1110);
        await _test.MaintainAsync(Cancel);
        (await StaleAsync()).ShouldBe(0);
        (await SumsAsync())[0].FollowerSum.ShouldBe(1110);
    }

    // As programs write that know nothing of hours of slots: what they change is seen all the same.
    [Fact]
    public async Task Counts_OfAnOlderProgram_ChangeTheirHour()
    {
        await _test.PassAsync(TimeSpan.FromHours(2));
        await _test.MaintainAsync(Cancel);
        await PostgresServer.DoAsync(
            _test.ConnectionString,
            $"""
            INSERT INTO influencer_analytics.slot_counts AS c (slot, writer, stored, covered, follower_sum, following_sum) VALUES ('{Moments.Of(_hour):O}', 1000, 1, 1, 5, 5)
            ON CONFLICT (slot, writer) DO UPDATE SET stored = c.stored + excluded.stored
            """);
        (await SumsAsync()).ShouldBe([new SlotSum(_hour, 1, 2, 15, 6, 2, 2, 2)]);
        await _test.MaintainAsync(Cancel);
        await PostgresServer.DoAsync(_test.ConnectionString, "UPDATE influencer_analytics.slot_counts SET follower_sum = follower_sum + 1 WHERE writer = 1000");
        (await SumsAsync()).ShouldBe([new SlotSum(_hour, 1, 2, 16, 6, 2, 2, 2)]);
    }

    [Fact]
    public async Task Migrate_HoursThatAreThereAlready_GetTheirSums()
    {
        await _test.PassAsync(TimeSpan.FromHours(2));
        await _test.MaintainAsync(Cancel);
        await PostgresServer.DoAsync(_test.ConnectionString, "DELETE FROM influencer_analytics.slot_hours; DELETE FROM influencer_analytics.schema_versions WHERE scriptname LIKE '0007_e%'");
        await new Migrator(new PostgresOptions { ConnectionString = _test.ConnectionString }).MigrateAsync(Cancel);
        await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        (await connection.ListAsync($"SELECT {SlotHourRows.Columns} FROM influencer_analytics.slot_hours", [], SlotHourRows.Read, Cancel))
            .ShouldBe([new SlotSum(_hour, 1, 1, 10, 1, 1, 1, 2)]);
    }

    private async Task OneAndSevenAsync() =>
        (await SumsAsync()).Select(static sum => ((long)sum.FollowerSum, sum.Stored, sum.MostTracked)).ShouldBe([(10L, 1L, 2L), (7L, 1L, 2L)]);

    private ValueTask<IReadOnlyList<SlotSum>> SumsAsync() => _test.Store.ReadSlotHoursAsync(0, long.MaxValue / 4, Cancel);

    private async Task<long> StaleAsync()
    {
        await using var connection = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        return await connection.GetAsync<long>("SELECT count(*) FROM influencer_analytics.stale_slot_hours", [], Cancel);
    }

    private async Task AppendAsync(long id, int minute, long followers)
    {
        var slot = _hour + minute * 60_000L;
        (await _test.Store.AppendAsync([new DataPointBatch(slot, Interval, [new DataPoint(id, followers, 1, slot, slot + 5, "one")], [])], Cancel)).Inserted.ShouldBe(1);
    }
}

/// <summary>On native partitions.</summary>
public sealed class PlainSlotHourTests(PlainPostgres server) : PostgresSlotHourTests(server);

/// <summary>On hypertables.</summary>
public sealed class TimescaleSlotHourTests(TimescalePostgres server) : PostgresSlotHourTests(server);
