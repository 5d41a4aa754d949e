namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>A table that is cut by time.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Span">Of one partition or chunk.</param>
internal sealed record PartitionedSeries(string Table, TimeSpan Span)
{
    public static readonly PartitionedSeries DataPoints = new("data_points", TimeSpan.FromHours(1));
    public static readonly PartitionedSeries Hours = new("hours", TimeSpan.FromDays(1));
    public static readonly PartitionedSeries Days = new("days", TimeSpan.FromDays(30));
}
