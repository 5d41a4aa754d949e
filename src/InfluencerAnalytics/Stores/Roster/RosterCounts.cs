namespace InfluencerAnalytics.Stores.Roster;

/// <param name="Tracked">Influencers that coverage counts.</param>
/// <param name="Gone">Influencers that the provider does not know, still tried now and then.</param>
/// <param name="Version">Rises with every change to the roster.</param>
public readonly record struct RosterCounts(long Tracked, long Gone, long Version);
