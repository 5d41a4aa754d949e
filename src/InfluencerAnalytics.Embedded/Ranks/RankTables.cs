using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;

namespace InfluencerAnalytics.Embedded.Ranks;

/// <summary>The ranks of days, and which of them are known. Safe for concurrent use, but for changes of <see cref="Days"/>.</summary>
internal sealed class RankTables(StoreContext context)
{
    /// <summary>The rank of an influencer on a day, as a number, under the key of its daily roll-up; a column family per year, as those.</summary>
    public PeriodFamilies Families { get; } = new(context.Database, ColumnFamilyNames.RanksPrefix, Periods.YearSeconds);

    public RankDays Days { get; } = new(context);
}
