using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Host.IdLists;

/// <summary>Ids that somebody lists, wherever they come from: lines of a file, a range, numbers of a request.</summary>
/// <param name="Ids">Ascending, each once.</param>
/// <param name="Duplicates">How many were given more than once.</param>
/// <param name="Errors">The first that are no ids, and where they stand.</param>
/// <param name="Invalid">How many there are that are no ids.</param>
internal sealed record IdList(IReadOnlyList<long> Ids, int Duplicates, IReadOnlyList<string> Errors, long Invalid)
{
    /// <summary>Enough of a bad file to see what is wrong with it.</summary>
    private const int ErrorsShown = 20;

    /// <summary>A hundred times what the program is made for; a range with a typo must not fill the memory.</summary>
    private const long MostIds = 100_000_000;

    /// <summary>Reads one id a line, or a range a line; empty lines and those that begin with # are skipped.</summary>
    public static async Task<IdList> ReadAsync(TextReader reader, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        var errors = new List<string>();
        long number = 0, invalid = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            var text = line.AsSpan().Trim();
            if (text.IsEmpty || text[0] == '#')
                continue;
            var problem = Add(text.ToString(), ids);
            if (problem is null)
                continue;
            invalid++;
            if (errors.Count < ErrorsShown)
                errors.Add($"line {number}: {problem}");
        }
        return Finish(ids, errors, invalid);
    }

    public static IdList Of(IdRange range) =>
        range.Count > MostIds
            ? new IdList([], 0, [$"a range of {range.Count} ids is more than {MostIds}."], 1)
            : Finish([.. range.Ids], [], 0);

    /// <param name="name">What the numbers are called where they stand.</param>
    public static IdList Of(IReadOnlyList<long> numbers, string name)
    {
        var ids = new List<long>(numbers.Count);
        var errors = new List<string>();
        for (var i = 0; i < numbers.Count; i++)
        {
            if (InfluencerIds.IsValid(numbers[i]))
                ids.Add(numbers[i]);
            else if (errors.Count < ErrorsShown)
                errors.Add($"{name}[{i}] is {numbers[i]}.");
        }
        return Finish(ids, errors, numbers.Count - ids.Count);
    }

    private static string? Add(string text, List<long> ids)
    {
        if (InfluencerIds.TryParse(text, out var id))
        {
            if (ids.Count >= MostIds)
                return $"more than {MostIds} ids.";
            ids.Add(id);
            return null;
        }
        if (!IdRange.TryParse(text, out var range))
            return $"'{Shown(text)}' is not an id ({InfluencerIds.Form}).";
        if (range.Count > MostIds - ids.Count)
            return $"'{Shown(text)}' makes more than {MostIds} ids.";
        ids.AddRange(range.Ids);
        return null;
    }

    private static IdList Finish(List<long> ids, List<string> errors, long invalid)
    {
        ids.Sort();
        var kept = 0;
        for (var i = 0; i < ids.Count; i++)
        {
            if (i == 0 || ids[i] != ids[i - 1])
                ids[kept++] = ids[i];
        }
        var duplicates = ids.Count - kept;
        ids.RemoveRange(kept, duplicates);
        return new IdList(ids, duplicates, errors, invalid);
    }

    // A binary file must not garble the terminal.
    private static string Shown(string text)
    {
        var clean = new string(text.Select(c => char.IsControl(c) ? '?' : c).ToArray());
        return clean.Length <= 40 ? clean : clean[..39] + "…";
    }
}
