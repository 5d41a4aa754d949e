namespace InfluencerAnalytics.Client.Contract;

/// <summary>What is read of an error: RFC 9457 problem details. The server has them from its framework.</summary>
/// <param name="Title">What kind of error.</param>
/// <param name="Detail">What was wrong and what would be right.</param>
/// <param name="Reasons">Of a process that is not ready: why.</param>
public sealed record ProblemResponse(string? Title = null, string? Detail = null, IReadOnlyList<string>? Reasons = null);
