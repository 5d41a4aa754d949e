using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>The roll-ups, how far they are made, and which of them late points made wrong. Safe for concurrent use, except for <see cref="Marks"/>.</summary>
internal sealed class RollupTables(StoreContext context)
{
    /// <summary>Hourly roll-ups, a column family per week.</summary>
    public PeriodFamilies Hours { get; } = new(context.Database, ColumnFamilyNames.HoursPrefix, Periods.WeekSeconds);

    /// <summary>Daily roll-ups, a column family per year.</summary>
    public PeriodFamilies Days { get; } = new(context.Database, ColumnFamilyNames.DaysPrefix, Periods.YearSeconds);

    public RollupProgress Progress { get; } = new();

    /// <summary>The hours that late points made wrong.</summary>
    public DirtyMarks Marks { get; } = new(context.Database, context.Meta);

    public PeriodFamilies Of(RollupPeriod period) => period == RollupPeriod.Hour ? Hours : Days;
}
