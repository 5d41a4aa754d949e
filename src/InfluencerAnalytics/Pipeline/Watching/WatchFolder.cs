using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Pipeline.Watching;

/// <summary>Folds hours of some influencers into what is kept of them. For one caller.</summary>
internal sealed class WatchFolder(IWatchStore store, IDataPointStore points, WatchingMetrics metrics, TimeProvider timeProvider)
{
    // An hour and a half at one reading a second, the shortest interval that there is.
    private const int MaxReadings = 5_400;

    private readonly byte[] _bytes = new byte[SuspicionWatchFormat.MaxLength];

    /// <summary>What is to be kept of each influencer that has hours here.</summary>
    /// <param name="hours">By influencer and hour.</param>
    /// <param name="round">A watch that is kept of another one is begun anew.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<List<KeptWatch>> FoldAsync(IReadOnlyList<Rollup> hours, int round, CancellationToken cancellationToken)
    {
        var ids = IdsOf(hours);
        var kept = (await store.ReadWatchesAsync(ids, cancellationToken)).ToDictionary(static watch => watch.InfluencerId);
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var folded = new List<KeptWatch>(ids.Count);
        var (next, opened) = (0, 0);
        foreach (var id in ids)
        {
            var before = kept.TryGetValue(id, out var known) && known.Round == round ? known : null;
            var watch = before is null ? null : OwnOpinion.TryRead(before);
            var since = watch is null ? hours[next].Start : before!.Since;
            watch ??= new SuspicionWatch();
            for (; next < hours.Count && hours[next].InfluencerId == id; next++)
            {
                if (!watch.Fold(hours[next]))
                    continue;
                watch.Open(await points.ReadPointsAsync(id, hours[next].Start - SuspicionWatch.OpenedBeforeMs, hours[next].Start + SuspicionWatch.HourMs - 1, MaxReadings, cancellationToken));
                opened++;
            }
            var length = SuspicionWatchFormat.Write(watch, _bytes);
            folded.Add(new KeptWatch(id, round, since, hours[next - 1].Start + SuspicionWatch.HourMs, now, _bytes[..length]));
        }
        metrics.Folded(hours.Count, opened);
        return folded;
    }

    private static List<long> IdsOf(IReadOnlyList<Rollup> hours)
    {
        var ids = new List<long>();
        for (var i = 0; i < hours.Count; i++)
        {
            if (ids.Count == 0 || ids[^1] != hours[i].InfluencerId)
                ids.Add(hours[i].InfluencerId);
        }
        return ids;
    }
}
