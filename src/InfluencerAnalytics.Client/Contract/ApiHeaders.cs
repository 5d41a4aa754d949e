namespace InfluencerAnalytics.Client.Contract;

/// <summary>Headers of the API's own.</summary>
public static class ApiHeaders
{
    /// <summary>Of a request: the API key.</summary>
    public const string Key = "X-Api-Key";

    /// <summary>Of an answer in CSV, what <c>availableFrom</c> is in JSON: ISO 8601. A header, since a line of comment would break whoever reads the rows.</summary>
    public const string AvailableFrom = "X-Available-From";
}
