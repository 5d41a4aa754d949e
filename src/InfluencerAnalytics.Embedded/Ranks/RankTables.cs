using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;

namespace InfluencerAnalytics.Embedded.Ranks;

/// <summary>The ranks of days, and which of them are known. Safe for concurrent use, but for changes of <see cref="Days"/>.</summary>
internal sealed class RankTables(StoreContext context)
{
    /// <summary>The rank of an influencer on a day, as a number, under the key of its daily roll-up; a column family per year, as those.</summary>
    public PeriodFamilies Families { get; } = new(context.Database, ColumnFamilyNames.RanksPrefix, Periods.YearSeconds);

    public RankDays Days { get; } = new(context);

    /// <summary>
    /// Late readings have changed the last follower counts of a day: the ranks of those influencers are those of other counts, and not known until the day is ranked again. To be called under
    /// the store's gate, by the thread that ranks.
    /// </summary>
    public void NoteLate(WriteBatchBuffer batch, uint day, IReadOnlyCollection<long> ids)
    {
        if (!Days.NoteLate(batch, day, ids))
            return;
        var start = day * Periods.DaySeconds;
        if (Families.Find(start) is not { } family)
            return;
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        foreach (var id in ids)
        {
            SeriesKey.Write(key, id, start);
            batch.Delete(family, key);
        }
    }
}
