namespace InfluencerAnalytics.Host.Api.Responses;

/// <param name="Status">live or ready. A process that is not ready answers 503 with problem details whose <c>reasons</c> say why.</param>
public sealed record HealthResponse(string Status)
{
    /// <summary>What people should know of a process that works all the same, else null.</summary>
    public string? Detail { get; init; }
}
