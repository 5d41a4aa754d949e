using System.Globalization;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Times as the API writes them: ISO 8601 in UTC, milliseconds only when there are some.</summary>
internal static class Iso
{
    /// <summary>The longest text that <see cref="Format(long, Span{byte})"/> writes.</summary>
    public const int MaxLength = 24;

    public static string Format(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime.ToString(FormatFor(unixMs), CultureInfo.InvariantCulture);

    /// <summary>As above, as UTF-8; returns its length.</summary>
    public static int Format(long unixMs, Span<byte> into)
    {
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime.TryFormat(into, out var length, FormatFor(unixMs), CultureInfo.InvariantCulture);
        return length;
    }

    private static string FormatFor(long unixMs) => unixMs % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
}
