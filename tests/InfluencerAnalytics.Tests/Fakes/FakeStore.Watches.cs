using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>Its watches.</summary>
internal sealed partial class FakeStore
{
    private readonly Dictionary<long, KeptWatch> _watches = [];
    private WatchProgress _watched;

    public ValueTask<WatchProgress> ReadWatchProgressAsync(CancellationToken cancellationToken) => DoAsync("read watch progress", cancellationToken, () => _watched);

    public ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken) => throw Unsupported();

    public ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken) => throw Unsupported();

    public ValueTask<IReadOnlyList<KeptWatch>> ReadWatchesAsync(IReadOnlyList<long> influencerIds, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<KeptWatch>>("read watches", cancellationToken, () => [.. influencerIds.Where(_watches.ContainsKey).Select(id => _watches[id])]);

    public ValueTask<bool> WriteWatchesAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken) =>
        DoAsync("write watches", cancellationToken, () =>
        {
            if (_watched != from)
                return false;
            foreach (var watch in watches)
                _watches[watch.InfluencerId] = watch;
            _watched = to;
            return true;
        });

    public ValueTask<int> DropWatchesAsync(long untilBeforeMs, CancellationToken cancellationToken) => DoAsync("drop watches", cancellationToken, () =>
    {
        var old = _watches.Values.Where(watch => watch.Until < untilBeforeMs).ToList();
        old.ForEach(watch => _watches.Remove(watch.InfluencerId));
        return old.Count;
    });
}
