namespace InfluencerAnalytics.Client;

/// <summary>Which movers are asked for, in the words of the API, which says what is wrong with them.</summary>
/// <param name="Window"><c>1h</c>, <c>24h</c>, which null means as well, or <c>7d</c>.</param>
/// <param name="Direction"><c>up</c>, which null means as well, or <c>down</c>.</param>
/// <param name="By"><c>absolute</c>, which null means as well, for the most followers, or <c>relative</c>, for the most in proportion to those that there were.</param>
/// <param name="Limit">From 1 to 1,000; null for 100.</param>
public sealed record MoversQuery(string? Window = null, string? Direction = null, string? By = null, int? Limit = null);
