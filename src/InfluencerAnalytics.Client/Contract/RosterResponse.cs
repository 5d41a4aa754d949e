namespace InfluencerAnalytics.Client.Contract;

/// <summary>A page of the roster, by id, or by username where that is searched for.</summary>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; null at the end. A page may be short, even empty, before the end.</param>
public sealed record RosterResponse(IReadOnlyList<RosterItem> Items, string? NextCursor);

/// <param name="Username">Null before the first reading.</param>
/// <param name="Status">tracked, failing (tracked, and the newest slot of which anything was said of it, of the last 16 with reports, is a miss), gone (the provider does not know it now) or removed.</param>
/// <param name="AddedAt">When it was last added, ISO 8601.</param>
/// <param name="NextTry">For a gone one, when it is tried again, ISO 8601.</param>
public sealed record RosterItem(long Id, string? Username, string Status, string AddedAt, string? NextTry)
{
    /// <summary>Since when it stands so, ISO 8601: of a failing one, the slot after its last reading. Null where that is not kept any more.</summary>
    public string? Since { get; init; }

    /// <summary>Of a failing or gone one, why there is no reading of the newest slot of which anything was said of it: the name of a miss, such as <c>timeout</c> or <c>not_found</c>. Else null.</summary>
    public string? LastError { get; init; }

    /// <summary>That slot, ISO 8601; null likewise.</summary>
    public string? LastErrorAt { get; init; }

    /// <summary>Of the latest reading; null before the first.</summary>
    public long? FollowerCount { get; init; }

    /// <summary>Of the latest reading, ISO 8601; null before the first.</summary>
    public string? Slot { get; init; }
}
