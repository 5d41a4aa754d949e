using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>Whom to find on the roster.</summary>
/// <param name="Prefix">How the username begins, <see cref="Usernames.Fold">folded</see>; then they come by username, and of one name by id. Null for all, by id.</param>
/// <param name="State">Only those that stand so; null for whoever is on the roster (tracked, failing or gone).</param>
/// <param name="After">Behind whom to begin.</param>
/// <param name="Limit">At most so many, from 1.</param>
public sealed record RosterSearch(string? Prefix, RosterState? State, RosterPlace After, int Limit)
{
    /// <summary>So many are looked at in one call, whether they are wanted or not, where a common prefix is asked for with a rare state. Of those that are not wanted, how they stand is all that is looked up.</summary>
    public const int MostLookedAt = 20_000;

    /// <summary>Whether one that stands so is wanted.</summary>
    public bool Wants(RosterState state) => State is { } wanted ? state == wanted : state != RosterState.Removed;
}

/// <summary>A place in the order of a search; the default is before all.</summary>
/// <param name="Name">The folded username; empty in a search without a prefix.</param>
/// <param name="InfluencerId">Of the one that stands there.</param>
public readonly record struct RosterPlace(string Name, long InfluencerId)
{
    public string Name { get => field ?? ""; } = Name;
}
