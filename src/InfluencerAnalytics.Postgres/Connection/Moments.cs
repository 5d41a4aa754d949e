namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>Epoch milliseconds as <c>timestamptz</c> has them, and back.</summary>
internal static class Moments
{
    private static readonly long MaxMs = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The moment, or the nearest that there is.</summary>
    public static DateTime Of(long unixMs) => DateTime.UnixEpoch.AddMilliseconds(Math.Clamp(unixMs, 0, MaxMs));

    /// <summary>Epoch milliseconds, rounded down.</summary>
    public static long Ms(DateTime moment) => (moment.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>The start of the hour that contains it.</summary>
    public static DateTime HourOf(DateTime moment) => new(moment.Ticks - moment.Ticks % TimeSpan.TicksPerHour, DateTimeKind.Utc);

    /// <summary>The start of the UTC day that contains it.</summary>
    public static DateTime DayOf(DateTime moment) => new(moment.Ticks - moment.Ticks % TimeSpan.TicksPerDay, DateTimeKind.Utc);
}
