using System.Globalization;

namespace InfluencerAnalytics.Influencers;

/// <summary>Times as the API and messages for people write them: ISO 8601 in UTC, milliseconds only when there are some, whatever the machine's time zone.</summary>
public static class UtcText
{
    /// <summary>The longest text that <see cref="Write"/> writes.</summary>
    public const int MaxLength = 24;

    /// <param name="unixMs">Epoch milliseconds up to <see cref="SlotGrid.MaxUnixMs"/>.</param>
    public static string Of(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime.ToString(FormatFor(unixMs), CultureInfo.InvariantCulture);

    public static string Of(DateTimeOffset time) => Of(time.ToUnixTimeMilliseconds());

    /// <summary>As <see cref="Of(long)"/>, in UTF-8; returns its length.</summary>
    /// <param name="unixMs">Epoch milliseconds up to <see cref="SlotGrid.MaxUnixMs"/>.</param>
    /// <param name="into">At least <see cref="MaxLength"/> bytes.</param>
    public static int Write(long unixMs, Span<byte> into)
    {
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime.TryFormat(into, out var length, FormatFor(unixMs), CultureInfo.InvariantCulture);
        return length;
    }

    private static string FormatFor(long unixMs) => unixMs % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
}
