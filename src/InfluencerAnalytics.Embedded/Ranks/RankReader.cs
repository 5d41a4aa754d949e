using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Embedded.Ranks;

/// <summary>Reads the ranks of one influencer, a short range of keys. Safe for concurrent use, without the store's gate.</summary>
internal sealed class RankReader(StoreContext context, RankTables ranks, RollupReader rollups)
{
    /// <summary>Of days that start in [start, end], in seconds.</summary>
    public IReadOnlyList<DayRank> Read(long id, uint start, uint end)
    {
        var days = new List<DayRank>();
        if (start > end || ranks.Days.Read(start, end) is not { Count: > 0 } known)
            return days;
        // First: one that is mended in between has no rank any more.
        var late = rollups.ReadDirtyHours(id, start, Periods.EndOf(end, Periods.DaySeconds)).Select(static hour => hour / Periods.DaySeconds).ToHashSet();
        foreach (var entry in ranks.Families.Between(start, end))
        {
            using var rows = new SeriesScan(context.Database, entry.Family, (id, start), id, start, end);
            for (; rows.IsValid; rows.Next())
            {
                if (!known.TryGetValue(rows.Second, out var influencers) || late.Contains(rows.Second / Periods.DaySeconds))
                    continue;
                var value = rows.Value;
                days.Add(new DayRank(rows.Second * 1000L, (int)VarInt.Read(ref value), influencers));
            }
        }

        return days;
    }
}
