using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Suspicion;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>What our own opinions are made from. None of it takes the store's gate, but for the list of influencers.</summary>
internal sealed partial class EmbeddedStore
{
    private readonly WatchTable _watches = new(parts.Context);
    private readonly HourPages _hours = new(parts.Context, parts.Influencers.Table, parts.Rollups, parts.Points.Days, parts.RollupReader);

    public ValueTask<WatchProgress> ReadWatchProgressAsync(CancellationToken cancellationToken) => Read(_watches.ReadProgress, cancellationToken);

    public ValueTask<long?> ReadRolledUpUntilAsync(CancellationToken cancellationToken) => Read<long?>(() => _hours.RolledUpUntil, cancellationToken);

    public ValueTask<HoursPage> ReadHoursAsync(long afterId, int influencers, long startMs, long endMs, CancellationToken cancellationToken) =>
        Read(() => _hours.Read(afterId, influencers, SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs)), cancellationToken);

    public ValueTask<IReadOnlyList<KeptWatch>> ReadWatchesAsync(IReadOnlyList<long> influencerIds, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<KeptWatch>>(() => _watches.Read(influencerIds), cancellationToken);

    public ValueTask<bool> WriteWatchesAsync(IReadOnlyList<KeptWatch> watches, WatchProgress from, WatchProgress to, CancellationToken cancellationToken) =>
        Beside(() => _watches.Write(watches, from, to), cancellationToken);

    public ValueTask<int> DropWatchesAsync(long untilBeforeMs, CancellationToken cancellationToken) => Read(() => _watches.Drop(untilBeforeMs), cancellationToken);
}
