using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Stores.Roster;

/// <summary>An influencer that is on the roster, or was, with what is known of it now. Times in epoch milliseconds; 0 where there is none.</summary>
/// <param name="Username">As last read; null before the first reading.</param>
public sealed record RosterMember(long InfluencerId, string? Username, RosterState State)
{
    /// <summary>When it was last added.</summary>
    public long AddedAt { get; init; }

    /// <summary>From which slot on it stands so: of a failing one, the slot after its last reading. 0 when that is not kept any more (one that was removed long ago).</summary>
    public long Since { get; init; }

    /// <summary>Of a gone one, the first slot in which it is tried again.</summary>
    public long NextTry { get; init; }

    /// <summary>Of the latest reading; of no meaning while <see cref="Slot"/> is 0.</summary>
    public long FollowerCount { get; init; }

    /// <summary>Of the latest reading.</summary>
    public long Slot { get; init; }

    /// <summary>Of a failing or gone one, the newest slot that has no reading of it and a reason.</summary>
    public long LastErrorAt { get; init; }

    /// <summary>That reason; of no meaning while <see cref="LastErrorAt"/> is 0.</summary>
    public MissReason LastError { get; init; }
}

/// <summary>A page of a search.</summary>
/// <param name="Members">In the order of the search.</param>
/// <param name="Next">Where the next page begins; null at the end. A page may be short, even empty, before the end: so many are looked at in one call and no more.</param>
public sealed record RosterPage(IReadOnlyList<RosterMember> Members, RosterPlace? Next);
