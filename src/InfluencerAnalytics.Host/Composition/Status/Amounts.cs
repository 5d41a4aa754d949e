using System.Globalization;

namespace InfluencerAnalytics.Host.Composition.Status;

/// <summary>Figures for people.</summary>
internal static class Amounts
{
    private static readonly string[] ByteUnits = ["B", "KB", "MB", "GB", "TB", "PB"];

    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 1000 && unit < ByteUnits.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{(bytes >= 100 || unit == 0 ? Math.Round(bytes) : Math.Round(bytes, 1))} {ByteUnits[unit]}");
    }

    public static string Count(double value) => value.ToString(value is > 0 and < 100 && value != Math.Floor(value) ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>Rounded down, so that only a whole slot is called 100%.</summary>
    public static string Percent(double share) => (Math.Floor(share * 10_000) / 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    public static string Seconds(double seconds) => seconds switch
    {
        < 10 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 120 => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        < 7200 => (seconds / 60).ToString("0", CultureInfo.InvariantCulture) + " min",
        _ => (seconds / 3600).ToString("0.#", CultureInfo.InvariantCulture) + " h",
    };

    /// <summary>How long a disk lasts, in the largest unit that says enough.</summary>
    public static string Forecast(StoreLine store) => store switch
    {
        { BytesPerDay: > 0 and var perDay, FreeBytes: { } free } =>
            $"about {Bytes(perDay)} a day before old readings are dropped; the free {Bytes(free)} take {Days(free / perDay)} of that",
        { FreeBytes: { } free } => $"{Bytes(free)} free",
        _ => "not known",
    };

    private static string Days(double days) => days switch
    {
        < 2 => (days * 24).ToString("0", CultureInfo.InvariantCulture) + " hours",
        < 3650 => days.ToString("#,0", CultureInfo.InvariantCulture) + " days",
        _ => "over ten years",
    };
}
