namespace InfluencerAnalytics.Client.Contract;

/// <summary>Headers of the API's own.</summary>
public static class ApiHeaders
{
    /// <summary>Of a request: the API key.</summary>
    public const string Key = "X-Api-Key";

    /// <summary>Of a request, where the caller gives it a name (1 to 128 letters, digits, points, underscores and dashes), and of every answer: what the request is called in logs and problems.</summary>
    public const string RequestId = "X-Request-Id";

    /// <summary>Of a request that changes something and comes with the cookie of a session: the session's token.</summary>
    public const string AntiforgeryToken = "X-Antiforgery-Token";

    /// <summary>Of an answer in CSV, what <c>availableFrom</c> is in JSON: ISO 8601. A header, since a line of comment would break whoever reads the rows.</summary>
    public const string AvailableFrom = "X-Available-From";

    /// <summary>Of an answer in CSV from memory, what <c>asOf</c> is in JSON: ISO 8601.</summary>
    public const string AsOf = "X-As-Of";

    /// <summary>Of an answer in CSV from memory, what <c>ageSeconds</c> is in JSON.</summary>
    public const string AgeSeconds = "X-Age-Seconds";
}
