using System.Globalization;

namespace InfluencerAnalytics.Client;

/// <summary>Which readings are asked for, in the words of the API, which says what is wrong with them.</summary>
/// <param name="Start">From when on, included: ISO 8601, epoch seconds or a span before now (<c>-24h</c>); null for 24 hours before the end.</param>
/// <param name="End">Up to when, included; null for now.</param>
public sealed record ReadingRange(string? Start = null, string? End = null)
{
    /// <summary>The last 24 hours.</summary>
    public static ReadingRange LastDay { get; } = new();

    public static ReadingRange Between(DateTimeOffset start, DateTimeOffset end) => new(Text(start), Text(end));

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
}
