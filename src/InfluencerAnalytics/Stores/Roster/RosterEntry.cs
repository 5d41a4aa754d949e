using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>One influencer of the roster.</summary>
/// <param name="Username">As last read; null before the first reading.</param>
/// <param name="AddedAt">In epoch milliseconds.</param>
/// <param name="NextTry">For a gone one, the first slot in which it is tried again, in epoch milliseconds; else 0.</param>
public sealed record RosterEntry(long InfluencerId, InfluencerStatus Status, string? Username, long AddedAt, long NextTry);
