namespace InfluencerAnalytics.Client.Contract;

/// <summary>Figures over all influencers.</summary>
/// <param name="Tracked">Influencers on the roster now, the gone ones not counted.</param>
/// <param name="Reporting">Those with at least one reading; the averages are over them.</param>
/// <param name="Suspicious">How many look bought, by the provider's last verdicts; null while those are not read yet.</param>
/// <param name="AsOf">The newest slot included, ISO 8601; null before the first.</param>
/// <param name="AgeSeconds">How many seconds ago the figures were level with the store.</param>
/// <param name="Problem">Why the store cannot be followed now, so that the figures grow old; null when it can.</param>
public sealed record SummaryResponse(
    int Tracked, int Reporting, double? AverageFollowerCount, double? AverageFollowingCount, int? Suspicious, string? AsOf, double AgeSeconds, string? Problem);
