using System.Diagnostics.CodeAnalysis;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Rankings;

/// <summary>Reads what the lists have in common. What is wrong with a parameter becomes the 400 that says so.</summary>
internal static class RankingParameters
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public static bool TryLimit(string? text, out int limit, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        Parameters.TryInt(text, nameof(limit), DefaultLimit, 1, MaxLimit, out limit, out problem);

    /// <summary>One of a few words; the first when it is left out.</summary>
    public static bool TryWord(string? text, string name, string[] words, out int index, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = null;
        index = string.IsNullOrEmpty(text) ? 0 : Array.IndexOf(words, text);
        if (index >= 0)
            return true;
        problem = Problems.BadRequest($"Bad {name}", $"'{Parameters.Shown(text!)}' is not a {name} here. It is {string.Join(", ", words[..^1])} or {words[^1]}.");
        return false;
    }

    /// <summary>Whether the client wants CSV.</summary>
    public static bool TryFormat(HttpContext context, string? format, out bool isCsv, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        isCsv = false;
        if (!TryWord(format, nameof(format), ["json", "csv"], out _, out problem))
            return false;
        isCsv = CsvAnswers.IsWanted(context, format);
        context.Response.Headers.Vary = "Accept";
        return true;
    }
}
