using System.Globalization;
using System.Text;

namespace InfluencerAnalytics.Host.Status;

/// <summary>Text of others for people at a terminal: what cannot be seen, or turns the direction of what stands around it, is written as its number.</summary>
internal static class PlainText
{
    public static string Of(string text)
    {
        if (!text.EnumerateRunes().Any(IsHidden))
            return text;
        var plain = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune))
                plain.Append("\\u{").Append(rune.Value.ToString("X4", CultureInfo.InvariantCulture)).Append('}');
            else
                plain.Append(rune.ToString());
        }
        return plain.ToString();
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
