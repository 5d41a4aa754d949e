using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.ContractTests;

/// <summary>What every <see cref="IInfluencerStore"/> must do; split by port.</summary>
public abstract partial class InfluencerStoreContract : IAsyncLifetime
{
    protected static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    protected const long Minute = 60_000;
    protected const long Hour = 60 * Minute;
    protected const long Day = 24 * Hour;

    private IInfluencerStore? _store;

    protected IInfluencerStore Store => _store!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The time that the store goes by.</summary>
    protected abstract DateTimeOffset Now { get; }

    /// <summary>The current slot.</summary>
    protected long Slot => Now.ToUnixTimeMilliseconds() / Minute * Minute;

    /// <summary>A store that is empty, which keeps points for 7 days.</summary>
    protected abstract ValueTask<IInfluencerStore> OpenAsync();

    /// <summary>Makes time pass for the store.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    /// <summary>Has all background work done that is due: roll-ups, retention.</summary>
    protected abstract ValueTask MaintainAsync();

    /// <summary>The same data as a process finds it that starts after this one has stopped.</summary>
    protected abstract ValueTask<IInfluencerStore> ReopenAsync();

    protected abstract ValueTask CloseAsync();

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Status_Open_IsReady()
    {
        var status = await Store.GetStatusAsync(Cancel);
        status.Ready.ShouldBeTrue(status.Detail);
        status.Kind.ShouldNotBeNullOrEmpty();
    }

    protected async Task RestartAsync() => _store = await ReopenAsync();

    protected static DataPoint Point(long id, long slot, long followers = 1000, long following = 100) =>
        new(id, followers, following, slot, slot + 1234, $"influencer-{id}");

    protected static DataPointBatch Batch(long slot, params DataPoint[] points) => new(slot, Interval, points, []);

    protected static DataPointBatch Missed(long slot, params Miss[] missed) => new(slot, Interval, [], missed);

    protected async Task<AppendResult> AppendAsync(params DataPointBatch[] batches) => await Store.AppendAsync(batches, Cancel);

    protected async Task AppendAsync(params DataPoint[] points) =>
        await Store.AppendAsync([.. points.GroupBy(point => point.Slot).Select(group => Batch(group.Key, [.. group]))], Cancel);

    protected async Task<IReadOnlyList<DataPoint>> ReadAsync(long id, long start = 0, long end = long.MaxValue / 4, int limit = int.MaxValue) =>
        await Store.ReadPointsAsync(id, start, end, limit, Cancel);

    protected async Task<SlotSummary> SlotAsync(long slot) => (await Store.ReadSlotsAsync(slot, slot, Cancel)).ShouldHaveSingleItem();

    protected async Task TrackAsync(params long[] ids) =>
        (await Store.AddInfluencersAsync(ids, (await Store.ReadGenerationsAsync(Cancel)).Sealed?.Generation ?? 0, Cancel)).Accepted.ShouldBeTrue();

    protected async Task<List<LatestPoint>> LatestAsync()
    {
        var all = new List<LatestPoint>();
        await Store.ReadLatestChangesAsync(null, int.MaxValue, all, Cancel);
        return all;
    }

    protected static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> stream)
    {
        var all = new List<T>();
        await foreach (var item in stream)
            all.Add(item);
        return all;
    }
}
