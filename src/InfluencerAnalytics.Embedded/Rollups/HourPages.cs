using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>The hours of all influencers, a page of influencers at a time. Safe for concurrent use; for one walk at a time.</summary>
internal sealed class HourPages(StoreContext context, InfluencerTable table, RollupTables rollups, PeriodFamilies pointDays, RollupReader reader)
{
    private readonly RollupRangeReader _reader = new(context, rollups, pointDays, reader);

    // Everyone, ascending, as of when the walk began, or a restart: 8 MB of a million.
    private volatile long[] _ids = [];

    /// <summary>Up to where hours are rolled up, in epoch milliseconds.</summary>
    public long RolledUpUntil => rollups.Progress.HoursBefore * (long)Periods.HourSeconds * 1000;

    /// <inheritdoc cref="IWatchStore.ReadHoursAsync"/>
    public HoursPage Read(long afterId, int influencers, uint start, uint end)
    {
        if (afterId == 0 || _ids.Length == 0)
            _ids = SortedIds();
        var ids = _ids;
        var first = Array.BinarySearch(ids, afterId + 1);
        first = first < 0 ? ~first : first;
        if (first == ids.Length)
        {
            _ids = [];
            return new HoursPage([], null);
        }
        var last = Math.Min(ids.Length, first + influencers) - 1;
        return new HoursPage(Read(ids[first], ids[last], start, end), ids[last]);
    }

    // By weeks, since one column family at a time can be gone over.
    private List<Rollup> Read(long firstId, long lastId, uint start, uint end)
    {
        var week = rollups.Hours.PeriodSeconds;
        List<Rollup>? all = null;
        for (var from = start; from < end; from = from - from % week + week)
        {
            var part = _reader.ReadHours(firstId, lastId, from, Math.Min(end, from - from % week + week) - Periods.HourSeconds);
            if (all is null)
                all = part;
            else
                all.AddRange(part);
        }
        all!.Sort(static (a, b) => a.InfluencerId != b.InfluencerId ? a.InfluencerId.CompareTo(b.InfluencerId) : a.Start.CompareTo(b.Start));
        return all;
    }

    private long[] SortedIds()
    {
        long[] ids;
        lock (context.Gate)
            ids = table.Ids();
        // Not under the gate: appends would wait for it, a tenth of a second with a million.
        Array.Sort(ids);
        return ids;
    }
}
