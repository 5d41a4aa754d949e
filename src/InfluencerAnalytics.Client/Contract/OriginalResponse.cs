namespace InfluencerAnalytics.Client.Contract;

/// <summary>What the original endpoint answers.</summary>
/// <param name="Data">Rows of [timeMs, followerCount, followingCount, followerRatio]; the ratio is null when following is 0.</param>
/// <param name="Success">Always true: what fails is an HTTP error.</param>
public sealed record OriginalResponse(IReadOnlyList<IReadOnlyList<double?>> Data, bool Success);
