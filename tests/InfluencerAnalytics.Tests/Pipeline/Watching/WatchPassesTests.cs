using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Watching;

/// <summary>What is done in which order at the end of a pass; what passes come to is in the contract suite of the stores.</summary>
public sealed class WatchPassesTests
{
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Step_DroppingFails_ThePassHasEndedAndTheNextBegins()
    {
        var store = new Watches { Progress = new WatchProgress(0, 100 * Day - Hour, 100 * Day, 7), RolledUpUntil = 100 * Day + Hour };
        using var metrics = new WatchingMetrics();
        var (time, unused) = (new SteppableTime(DateTimeOffset.UnixEpoch), new FakeStore(TimeProvider.System));
        var passes = new WatchPasses(store, unused, new WatchFolder(store, unused, metrics, time), new WatchingOptions { HoursAtOnce = 1 }, metrics);

        await Should.ThrowAsync<StoreUnavailableException>(async () => await passes.StepAsync(Cancel));
        store.Progress.ShouldBe(new WatchProgress(0, 100 * Day, 100 * Day, 0));
        (await passes.StepAsync(Cancel)).ShouldBeTrue();
        store.Progress.FoldedUntil.ShouldBe(100 * Day + Hour);
        store.Drops.ShouldBe(1);
    }

    // Of nobody, who cannot be dropped.
    private sealed class Watches : IWatchStore
    {
        public WatchProgress Progress { get; set; }

        public long RolledUpUntil { get; init; }

        public int Drops { get; private set; }

        public ValueTask<WatchProgress> ReadWatchProgressAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Progress);

        public ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken) => ValueTask.FromResult<long?>(RolledUpUntil);

        public ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken) => ValueTask.FromResult(new HoursPage([], null));

        public ValueTask<IReadOnlyList<KeptWatch>> ReadWatchesAsync(IReadOnlyList<long> influencerIds, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<KeptWatch>>([]);

        public ValueTask<bool> WriteWatchesAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken)
        {
            from.ShouldBe(Progress);
            Progress = to;
            return ValueTask.FromResult(true);
        }

        public ValueTask<int> DropWatchesAsync(long untilBeforeMs, CancellationToken cancellationToken)
        {
            Drops++;
            throw new StoreUnavailableException("It took too long.");
        }
    }
}
