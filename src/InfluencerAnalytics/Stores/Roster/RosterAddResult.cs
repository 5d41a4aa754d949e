namespace InfluencerAnalytics.Stores.Roster;

/// <summary>What an addition to the roster did.</summary>
/// <param name="Accepted">False when a newer generation was sealed meanwhile; nothing was written.</param>
/// <param name="Added">Newly tracked, or tracked again.</param>
/// <param name="AlreadyTracked">In the roster before.</param>
public readonly record struct RosterAddResult(bool Accepted, int Added, int AlreadyTracked);
