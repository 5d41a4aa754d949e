using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Embedded.Suspicion;

/// <summary>The work on our own opinions, on the embedded store.</summary>
public sealed class EmbeddedWatcherTests : IDisposable
{
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    private static readonly long First = TestDatabase.Start.ToUnixTimeMilliseconds() / Hour * Hour;

    private readonly TestDatabase _test = new();
    private readonly WatchingMetrics _metrics = new();
    private readonly List<Watcher> _watchers = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IInfluencerStore Store => _test.Database.Store;

    public void Dispose()
    {
        _watchers.ForEach(static watcher => watcher.Dispose());
        _metrics.Dispose();
        _test.Dispose();
    }

    [Fact]
    public async Task Round_FewerHoursThanAtOnce_WaitsForTheRest()
    {
        var watcher = NewWatcher();
        await HoursAsync(1, 2);
        // The first time whatever there is.
        await FoldAsync(watcher);
        (await UntilAsync(1)).ShouldBe(First + Hour);
        await HoursAsync(2, 2);
        await FoldAsync(watcher);
        ((await UntilAsync(1)), _metrics.Behind).ShouldBe((First + Hour, TimeSpan.FromHours(2)));
        await HoursAsync(1, 2);
        await FoldAsync(watcher);
        (await UntilAsync(1)).ShouldBe(First + 4 * Hour);
        await watcher.RoundAsync(Cancel);
        _metrics.Behind.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Round_AnotherProcessHasTheLease_LeavesItToThat()
    {
        await HoursAsync(4, 2);
        (await Store.TryAcquireLeaseAsync("own suspicion", "another", TimeSpan.FromMinutes(1), Cancel)).ShouldBeTrue();
        var watcher = NewWatcher();
        await FoldAsync(watcher);
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(default);
        _test.Time.Advance(TimeSpan.FromMinutes(2));
        await FoldAsync(watcher);
        (await UntilAsync(1)).ShouldBe(First + 4 * Hour);
        _metrics.Behind.ShouldNotBeNull();
    }

    [Fact]
    public async Task Round_NotEnabled_DoesNothing()
    {
        await HoursAsync(4, 2);
        await FoldAsync(NewWatcher(new WatchingOptions { Enabled = false }));
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(default);
    }

    [Fact]
    public async Task Round_StoreAway_FailsAndIsCounted()
    {
        var store = new FakeStore(_test.Time) { IsAway = true };
        var counted = 0L;
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.EndsWith("suspicion.own.failed", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref counted, count));
        listener.Start();
        var watcher = NewWatcher(store: store);
        await Should.ThrowAsync<StoreUnavailableException>(async () => await watcher.RoundAsync(Cancel));
        Interlocked.Read(ref counted).ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task Fold_KilledBetweenTwoPages_GoesOnWhereItWas()
    {
        const int Influencers = 1300;
        await HoursAsync(3, Influencers);
        var watcher = NewWatcher();
        await watcher.RoundAsync(Cancel);
        var before = await Store.ReadWatchProgressAsync(Cancel);
        before.AfterId.ShouldBeInRange(1, Influencers - 1);
        _test.OpenAfterCrash();
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(before);
        (await Store.ReadWatchesAsync([before.AfterId, before.AfterId + 1], Cancel)).ShouldHaveSingleItem().InfluencerId.ShouldBe(before.AfterId);
        var at = (await Store.ReadWatchesAsync([1], Cancel))[0].ComputedAt;
        _test.Time.Advance(TimeSpan.FromMinutes(2));
        await FoldAsync(NewWatcher());
        (await Store.ReadWatchProgressAsync(Cancel)).ShouldBe(new WatchProgress(0, before.Until, before.Until, 0));
        var all = await Store.ReadWatchesAsync([.. Enumerable.Range(1, Influencers).Select(static id => (long)id)], Cancel);
        all.Count.ShouldBe(Influencers);
        all.ShouldAllBe(watch => watch.Until == First + 3 * Hour);
        all.ShouldAllBe(watch => (watch.ComputedAt == at) == (watch.InfluencerId <= before.AfterId));
    }

    [Fact]
    public async Task Fold_HoursOfAClockThatWasAhead_AreBegunAnew()
    {
        await HoursAsync(3, 2);
        var ahead = new WatchProgress(4, First + 90 * Day, First + 90 * Day, 0);
        (await Store.WriteWatchesAsync([], default, ahead, Cancel)).ShouldBeTrue();
        var watcher = NewWatcher();
        await FoldAsync(watcher);
        (await Store.ReadWatchProgressAsync(Cancel)).Round.ShouldBe(5);
        (await UntilAsync(1)).ShouldBe(First + 3 * Hour);
    }

    [Fact]
    public async Task Fold_LateReading_ChangesNoOpinionAndComesIntoNone()
    {
        await HoursAsync(3, 1);
        var watcher = NewWatcher();
        await FoldAsync(watcher);
        var before = (await Store.ReadWatchesAsync([1], Cancel))[0];
        await AppendAsync(First + Hour + 60_000, 1, 77);
        await AppendAsync(First + Hour + 60_000, 2, 77);
        _test.Database.Work.RollUp();
        await HoursAsync(3, 0);
        await FoldAsync(watcher);
        (await Store.ReadWatchesAsync([1], Cancel))[0].State.ShouldBe(before.State);
        (await Store.ReadWatchesAsync([2], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fold_WatchOfAnotherVersion_IsBegunAnew()
    {
        await HoursAsync(3, 2);
        (await Store.WriteWatchesAsync([new KeptWatch(1, 0, First - Day, First - Hour, 1, [99])], default, default, Cancel)).ShouldBeTrue();
        await FoldAsync(NewWatcher());
        var watch = (await Store.ReadWatchesAsync([1], Cancel)).ShouldHaveSingleItem();
        (watch.Since, watch.Until, OwnOpinion.Of(watch) is not null).ShouldBe((First, First + 3 * Hour, true));
    }

    [Fact]
    public async Task Fold_NothingReadForLong_IsDropped()
    {
        await HoursAsync(3, 2);
        var watcher = NewWatcher();
        await FoldAsync(watcher);
        foreach (var days in new[] { 36, 2 })
        {
            (await Store.ReadWatchesAsync([1, 2], Cancel)).Count.ShouldBe(2);
            _test.Time.Advance(TimeSpan.FromDays(days));
            await HoursAsync(1, 0);
            await FoldAsync(watcher);
        }
        (await Store.ReadWatchesAsync([1, 2], Cancel)).ShouldBeEmpty();
    }

    private Watcher NewWatcher(WatchingOptions? options = null, IInfluencerStore? store = null)
    {
        options ??= new WatchingOptions();
        store ??= Store;
        var passes = new WatchPasses(store, store, new WatchFolder(store, store, _metrics, _test.Time), options, _metrics);
        var watcher = new Watcher(passes, store, options, _metrics, new WorkerHealth(_test.Time), _test.Time, NullLogger<Watcher>.Instance);
        _watchers.Add(watcher);
        return watcher;
    }

    // So many rounds as the most that any of these needs.
    private static async Task FoldAsync(Watcher watcher)
    {
        for (var round = 0; round < 40; round++)
            await watcher.RoundAsync(Cancel);
    }

    /// <summary>Lets hours pass, and five minutes in the end, each hour with a reading of influencers 1, 2, …, and rolls them up.</summary>
    private async Task HoursAsync(int hours, int influencers)
    {
        for (var hour = 0; hour < hours; hour++)
        {
            var slot = _test.Time.GetUtcNow().ToUnixTimeMilliseconds() / Hour * Hour;
            if (influencers > 0)
                await Store.AppendAsync([Batch(slot, [.. Enumerable.Range(1, influencers).Select(id => Point(id, slot, 1000 + id))])], Cancel);
            _test.Time.Advance(TimeSpan.FromHours(1));
        }
        _test.Time.Advance(TimeSpan.FromMinutes(5));
        _test.Database.Work.RollUp();
    }

    private async Task AppendAsync(long slot, long id, long followers) =>
        (await Store.AppendAsync([Batch(slot, [Point(id, slot, followers)])], Cancel)).Inserted.ShouldBe(1);

    private async Task<long> UntilAsync(long id) => (await Store.ReadWatchesAsync([id], Cancel)).ShouldHaveSingleItem().Until;

    private static DataPoint Point(long id, long slot, long followers) => new(id, followers, 100, slot, slot, "name");

    private static DataPointBatch Batch(long slot, IReadOnlyList<DataPoint> points) => new(slot, TimeSpan.FromMinutes(1), points, []);
}
