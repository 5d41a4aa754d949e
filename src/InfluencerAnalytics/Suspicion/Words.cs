using System.Globalization;

namespace InfluencerAnalytics.Suspicion;

/// <summary>Numbers and times as reasons write them, whatever the machine's language and time zone.</summary>
internal static class Words
{
    /// <summary>Below a tenth a share has one decimal.</summary>
    private const double Coarse = 0.1;

    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>14%, 0.6%.</summary>
    public static string Share(double share) =>
        (100 * share).ToString(Math.Abs(share) < Coarse ? "0.0" : "0", CultureInfo.InvariantCulture) + "%";

    /// <summary>A change, given as a logarithm, as the share by which it changed.</summary>
    public static string Percent(double change) => Share(Math.Exp(change) - 1);

    /// <summary>As above, with its sign.</summary>
    public static string Change(double change) => (change < 0 ? "" : "+") + Percent(change);

    public static string Duration(long milliseconds)
    {
        var seconds = milliseconds / 1000;
        return seconds < 60 ? Count(seconds, "second") : Count((long)Math.Round(seconds / 60.0), "minute");
    }

    public static string TimeOfDay(long unixMs) => Format(unixMs, "HH:mm");

    public static string Day(long unixMs) => Format(unixMs, "yyyy-MM-dd");

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Format(long unixMs, string format) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
