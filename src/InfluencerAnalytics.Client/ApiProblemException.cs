using System.Net;

namespace InfluencerAnalytics.Client;

/// <summary>The API answered with an error: what was asked cannot be answered, or not now.</summary>
/// <param name="status">Of the answer.</param>
/// <param name="title">What kind of error; null when the answer was no problem details, as that of a proxy in between.</param>
/// <param name="detail">What was wrong and what would be right; null as well then.</param>
public sealed class ApiProblemException(HttpStatusCode status, string? title, string? detail) : Exception(Describe(status, title, detail))
{
    /// <summary>400 for input, 401 and 403 for keys, 404 for an influencer of whom nothing is known, 409 for a conflict, 429 and 503 for "later".</summary>
    public HttpStatusCode Status { get; } = status;

    public string? Title { get; } = title;

    public string? Detail { get; } = detail;

    /// <summary>How long to wait before asking again, where the answer says so (429 and 503).</summary>
    public TimeSpan? RetryAfter { get; init; }

    private static string Describe(HttpStatusCode status, string? title, string? detail)
    {
        var text = string.Join(": ", new[] { title, detail }.Where(part => !string.IsNullOrEmpty(part)));
        return text.Length == 0 ? $"answered {(int)status}." : $"answered {(int)status}: {text}";
    }
}
