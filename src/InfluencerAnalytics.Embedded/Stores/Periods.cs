namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Lengths of time in seconds. A year is 365 days: it only groups daily roll-ups into column families.</summary>
internal static class Periods
{
    public const uint HourSeconds = 3600;
    public const uint DaySeconds = 24 * HourSeconds;
    public const uint WeekSeconds = 7 * DaySeconds;
    public const uint YearSeconds = 365 * DaySeconds;
}
