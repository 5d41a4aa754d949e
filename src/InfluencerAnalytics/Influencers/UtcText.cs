using System.Globalization;

namespace InfluencerAnalytics.Influencers;

/// <summary>Times in messages for people: ISO 8601 in UTC, whatever the machine's time zone.</summary>
public static class UtcText
{
    /// <param name="unixMs">Epoch milliseconds up to <see cref="SlotGrid.MaxUnixMs"/>.</param>
    public static string Of(long unixMs) => Of(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
