namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>A table that is cut by time.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Span">Of one partition or chunk.</param>
/// <param name="DroppedBefore">The column of the state that says where retention has dropped of it.</param>
internal sealed record PartitionedSeries(string Table, TimeSpan Span, string DroppedBefore)
{
    public static readonly PartitionedSeries DataPoints = new("data_points", TimeSpan.FromHours(1), "points_dropped_before");
    public static readonly PartitionedSeries Hours = new("hours", TimeSpan.FromDays(1), "hours_dropped_before");
    public static readonly PartitionedSeries Days = new("days", TimeSpan.FromDays(30), "days_dropped_before");

    /// <summary>Goes with the days, behind them.</summary>
    public static readonly PartitionedSeries DayRanks = new("day_ranks", Days.Span, Days.DroppedBefore);
}
