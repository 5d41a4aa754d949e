using System.Globalization;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Host.Status;

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

    /// <summary>The most frequent first.</summary>
    public static string ByReason(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {Count(pair.Value)}"));

    /// <summary>How long the disk lasts at the present rate.</summary>
    public static string Forecast(StoreResponse store)
    {
        var free = store.FreeBytes is { } bytes ? $"{Bytes(bytes)} free" : "not known";
        return store is { BytesPerDay: { } perDay, DaysUntilFull: { } days }
            ? $"{free}; about {Bytes(perDay)} a day before old readings are dropped, so room for {Days(days)} of them"
            : free;
    }

    private static string Days(double days) => days switch
    {
        < 2 => (days * 24).ToString("0", CultureInfo.InvariantCulture) + " hours",
        < 3650 => days.ToString("#,0", CultureInfo.InvariantCulture) + " days",
        _ => "over ten years",
    };
}
