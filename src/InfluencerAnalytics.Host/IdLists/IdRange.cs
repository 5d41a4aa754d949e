using System.Globalization;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Host.IdLists;

/// <summary>Consecutive ids: written <c>1000000+10000</c> (first and how many) or <c>1000000-1009999</c> (first and last).</summary>
internal readonly record struct IdRange(long First, long Count)
{
    public static IdRange Empty { get; }

    public long Last => First + Count - 1;

    public IEnumerable<long> Ids
    {
        get
        {
            for (var i = 0L; i < Count; i++)
                yield return First + i;
        }
    }

    public static bool TryParse(string text, out IdRange range)
    {
        range = default;
        var separator = text.AsSpan().IndexOfAny('+', '-');
        if (separator <= 0 || !Number(text.AsSpan(0, separator), out var first) || !Number(text.AsSpan(separator + 1), out var second))
            return false;
        range = new IdRange(first, text[separator] == '+' ? second : second - first + 1);
        return text == range.ToString() && range.Count == 0 || InfluencerIds.IsValid(first) && range.Count >= 1 && range.Count <= InfluencerIds.Max && InfluencerIds.IsValid(range.Last);
    }

    /// <summary>The ids of this range that are not in another.</summary>
    public IEnumerable<long> Except(IdRange other)
    {
        foreach (var id in Ids)
        {
            if (!other.Contains(id))
                yield return id;
        }
    }

    public bool Contains(long id) => Count > 0 && id >= First && id <= Last;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}+{Count}");

    private static bool Number(ReadOnlySpan<char> text, out long number) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
