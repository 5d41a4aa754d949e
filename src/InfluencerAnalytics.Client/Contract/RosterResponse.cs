namespace InfluencerAnalytics.Client.Contract;

/// <summary>A page of the roster, by id.</summary>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; null at the end. A page may be short, even empty, before the end.</param>
public sealed record RosterResponse(IReadOnlyList<RosterItem> Items, string? NextCursor);

/// <param name="Username">Null before the first reading.</param>
/// <param name="Status">tracked or gone.</param>
/// <param name="AddedAt">ISO 8601.</param>
/// <param name="NextTry">For a gone one, when it is tried again, ISO 8601.</param>
public sealed record RosterItem(long Id, string? Username, string Status, string AddedAt, string? NextTry);
