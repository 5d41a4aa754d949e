using System.Globalization;

namespace InfluencerAnalytics.Influencers;

/// <summary>The range of an influencer id: what a JSON number can carry exactly.</summary>
public static class InfluencerIds
{
    public const long Min = 1;

    /// <summary>2^53-1, the greatest integer that every JSON reader keeps exact (RFC 8259, section 6).</summary>
    public const long Max = (1L << 53) - 1;

    /// <summary>What an id is, as the end of a sentence for who gave something else.</summary>
    public static string Form { get; } = string.Create(CultureInfo.InvariantCulture, $"a whole number from {Min} to {Max}");

    public static bool IsValid(long id) => id is >= Min and <= Max;

    /// <summary>Reads digits and nothing else: no sign, no blanks, no separators.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && IsValid(id);
}
