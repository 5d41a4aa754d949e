using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.KeySpace;

/// <summary>Lengths of time in seconds, and buckets of them. A year is 365 days: it only groups daily roll-ups into column families.</summary>
internal static class Periods
{
    public const uint HourSeconds = 3600;
    public const uint DaySeconds = 24 * HourSeconds;
    public const uint WeekSeconds = 7 * DaySeconds;
    public const uint YearSeconds = 365 * DaySeconds;

    public static uint SecondsOf(RollupPeriod period) => period == RollupPeriod.Hour ? HourSeconds : DaySeconds;

    /// <summary>The start of the first bucket at or after a second.</summary>
    public static ulong StartAtOrAfter(uint seconds, uint bucket) => (seconds + (ulong)bucket - 1) / bucket * bucket;

    /// <summary>The last second of the bucket that a second lies in, kept within what a key can say.</summary>
    public static uint EndOf(uint seconds, uint bucket) => (uint)Math.Min(uint.MaxValue, (ulong)seconds / bucket * bucket + bucket - 1);
}
