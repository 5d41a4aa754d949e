namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Which of some names somebody meant who wrote another one.</summary>
internal static class NearestName
{
    // Every name here is shorter; what is longer than that is as far from all of them.
    private const int Looked = 64;

    /// <summary>The one that the fewest edits make of it (Levenshtein's distance, letters of either case alike), of several the first; null when there are none.</summary>
    public static string? Of(string given, IEnumerable<string> known)
    {
        var text = (given.Length <= Looked ? given : given[..Looked]).ToLowerInvariant();
        return known.MinBy(name => Distance(text, name.ToLowerInvariant()));
    }

    private static int Distance(string one, string other)
    {
        // The row of the table before, and the one that is being filled.
        var before = new int[other.Length + 1];
        var now = new int[other.Length + 1];
        for (var column = 0; column <= other.Length; column++)
            before[column] = column;
        for (var row = 1; row <= one.Length; row++)
        {
            now[0] = row;
            for (var column = 1; column <= other.Length; column++)
            {
                var replaced = before[column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1);
                now[column] = Math.Min(replaced, Math.Min(before[column], now[column - 1]) + 1);
            }
            (before, now) = (now, before);
        }
        return before[other.Length];
    }
}
