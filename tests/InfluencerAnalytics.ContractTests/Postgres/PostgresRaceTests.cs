using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Seeding;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Roster;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>Processes that get into each other's way: one that froze, one that takes long, one whose clock was ahead.</summary>
public sealed class PostgresRaceTests(PlainPostgres server) : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly PostgresTestStore _test = new(server) { Options = new PostgresOptions { CommandTimeout = TimeSpan.FromSeconds(10) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Slot => _test.Now.ToUnixTimeMilliseconds() / 60_000 * 60_000;

    public async ValueTask InitializeAsync() => await _test.OpenAsync();

    public async ValueTask DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Write_OfAProcessThatFroze_KeepsNobodyElseFromWriting()
    {
        await using var database = new PostgresDatabase(
            new PostgresOptions { ConnectionString = _test.ConnectionString, CommandTimeout = TimeSpan.FromSeconds(1) }, NullLoggerFactory.Instance);
        var (began, thawed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var frozen = database.WriteAsync(RosterUse.Shared, async (connection, cancel) =>
        {
            began.SetResult();
            await thawed.Task;
            return await connection.DoAsync("INSERT INTO influencer_analytics.settings (name, value) VALUES ('written', 'late')", [], cancel);
        }, Cancel);
        await began.Task;
        (await _test.Store.AddInfluencersAsync([1], 0, Cancel)).Added.ShouldBe(1);
        thawed.SetResult();
        await Should.ThrowAsync<StoreUnavailableException>(async () => await frozen);
        (await _test.Store.ReadSettingAsync("written", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task SealingBroughtToNow_WhileTheRosterChanges_HasAVersionOfItsOwn()
    {
        await _test.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        var generation = await _test.Store.AllocateGenerationAsync(Cancel);
        await _test.Store.TrySealGenerationAsync(new SealedGeneration(generation, Interval, 500), long.MaxValue, Cancel);
        await PostgresServer.DoAsync(_test.ConnectionString, "UPDATE influencer_analytics.generations SET sealed_at = sealed_at + interval '1 day'");
        Task<RosterSnapshot?>? reading = null;
        var changed = await _test.Database.WriteAsync(RosterUse.Alone, async (connection, cancel) =>
        {
            var (version, _) = await StateRow.NextVersionAsync(connection, cancel);
            reading = _test.Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel).AsTask();
            await DatabaseWaits.UntilBlockedAsync(_test.ConnectionString, reading);
            await connection.DoAsync("UPDATE influencer_analytics.state SET roster_version = $1", [version], cancel);
            return version;
        }, Cancel);
        // Whoever has the mended version would else never hear of the change.
        var seen = (await reading!)!.Version;
        (seen > changed || (await _test.Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Version > seen).ShouldBeTrue($"{seen} and {changed}");
    }

    [Fact]
    public Task Miss_CommittedWhileItsReadingIsUnderWay_IsTakenBack() => BesideEachOtherAsync("changes", () => AppendAsync(1), () => MissAsync(1));

    [Fact]
    public Task Miss_UnderWayWhileItsReadingIsCommitted_IsTakenBack() => BesideEachOtherAsync("slot_misses", () => MissAsync(1), () => AppendAsync(1));

    [Fact]
    public async Task Miss_LeftByAProcessThatEndedBeforeItTookItBack_IsTakenBackWhenTheReadingComesAgain()
    {
        await _test.Store.AddInfluencersAsync([1], 0, Cancel);
        await AppendAsync(1);
        var slot = DateTimeOffset.FromUnixTimeMilliseconds(Slot).ToString("O");
        await PostgresServer.DoAsync(_test.ConnectionString, $"INSERT INTO influencer_analytics.misses (slot, influencer_id, reason) VALUES ('{slot}', 1, 1)");
        await PostgresServer.DoAsync(_test.ConnectionString, $"INSERT INTO influencer_analytics.slot_misses (slot, writer, reason, missed) VALUES ('{slot}', 0, 1, 1)");
        await AppendAsync(1);
        await ItCountsAsReadAsync();
    }

    [Fact]
    public async Task Latest_WhileATransactionLastsForLong_IsFollowedAndNotLoadedAnew()
    {
        await _test.Store.AddInfluencersAsync([1, 2], 0, Cancel);
        await using var other = await DatabaseWaits.OpenAsync(_test.ConnectionString);
        await using var longOne = await other.BeginTransactionAsync(Cancel);
        await DatabaseWaits.DoAsync(other, "SELECT pg_current_xact_id()");
        await AppendAsync(1);
        await _test.PassAsync(TimeSpan.FromMinutes(20));
        await _test.MaintainAsync(Cancel);
        // Those of other tests' databases on the same server count as well, and end.
        while (await RunningBeforePruningAsync() > 1)
            await Task.Yield();
        var cursor = (await _test.Store.ReadLatestChangesAsync(null, 1000, new List<LatestPoint>(), Cancel)).Cursor;
        await AppendAsync(2);
        var news = new List<LatestPoint>();
        await _test.Store.ReadLatestChangesAsync(cursor, 1000, news, Cancel);
        news.Select(static point => point.InfluencerId).ShouldBe([2L]);
    }

    // The first has written its row, and waits for the table that it writes to last; the second is committed meanwhile.
    private async Task BesideEachOtherAsync(string lastTable, Func<Task> first, Func<Task> second)
    {
        await _test.Store.AddInfluencersAsync([1], 0, Cancel);
        await _test.Store.NoteSlotAsync(Slot, Interval, Cancel);
        await using (var other = await DatabaseWaits.OpenAsync(_test.ConnectionString))
        {
            await using var transaction = await other.BeginTransactionAsync(Cancel);
            await DatabaseWaits.DoAsync(other, $"LOCK TABLE influencer_analytics.{lastTable} IN SHARE MODE");
            var waiting = first();
            await DatabaseWaits.UntilBlockedAsync(_test.ConnectionString, waiting);
            waiting.IsCompleted.ShouldBeFalse();
            await second();
            await transaction.CommitAsync(Cancel);
            await waiting;
        }
        await ItCountsAsReadAsync();
    }

    private ValueTask<long> RunningBeforePruningAsync() => _test.Database.UseAsync(static (connection, cancel) => connection.GetAsync<long>(
        "SELECT count(*) FROM influencer_analytics.state, pg_snapshot_xip(pg_current_snapshot()) AS running (xid) WHERE running.xid <= changes_pruned_to", [], cancel), Cancel);

    private async Task ItCountsAsReadAsync()
    {
        var slot = (await _test.Store.ReadSlotsAsync(Slot, Slot, Cancel)).Single();
        (slot.Stored, slot.Covered, slot.Missed.Count).ShouldBe((1, 1, 0));
    }

    private async Task MissAsync(long id) => await _test.Store.AppendAsync([new DataPointBatch(Slot, Interval, [], [new Miss(id, MissReason.Timeout)])], Cancel);

    private async Task AppendAsync(long id) => await _test.Store.AppendAsync(
        [new DataPointBatch(Slot, Interval, [new DataPoint(id, 10, 1, Slot, Slot + 5, "name")], [])], Cancel);
}
