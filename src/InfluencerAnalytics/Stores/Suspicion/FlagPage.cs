namespace InfluencerAnalytics.Stores.Suspicion;

/// <param name="Cursor">Where to go on: the store's own words, of no meaning to others.</param>
/// <param name="HasMore">True when the limit cut the page.</param>
public readonly record struct FlagPage(string Cursor, bool HasMore);
