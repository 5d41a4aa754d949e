namespace InfluencerAnalytics.Client.Contract;

/// <summary>Who gained or lost most followers over a window.</summary>
/// <param name="Window">1h, 24h or 7d.</param>
/// <param name="Direction">up or down.</param>
/// <param name="By">absolute or relative.</param>
/// <param name="Since">Where the window really begins, ISO 8601: up to an hour earlier than its name says.</param>
/// <param name="AsOf">Its end: the newest slot that is compared, ISO 8601.</param>
/// <param name="Compared">How many influencers have a change over it, none included.</param>
/// <param name="LeftOut">How many have none to be told, since they were not read near its beginning or its end.</param>
/// <param name="Items">The greatest change first, equal ones by id. No one who did not change.</param>
/// <param name="AgeSeconds">How many seconds ago the counts were level with the store.</param>
/// <param name="Problem">While the store is away: why usernames are missing. Else null.</param>
public sealed record MoversResponse(
    string Window,
    string Direction,
    string By,
    string Since,
    string AsOf,
    int Compared,
    int LeftOut,
    IReadOnlyList<MoverItem> Items,
    double AgeSeconds,
    string? Problem);

/// <param name="Username">As last read; null while the store is away.</param>
/// <param name="FollowerCount">Of the latest reading.</param>
/// <param name="FollowerCountBefore">Of the last reading before <see cref="MoversResponse.Since"/>.</param>
/// <param name="Change">Followers gained; negative when they were lost.</param>
/// <param name="RelativeChange">Change / followers before; null when those were 0.</param>
/// <param name="Suspicious">Whether its followers look bought, by the provider's last verdict; null while it was never judged.</param>
public sealed record MoverItem(
    long Id, string? Username, long FollowerCount, long FollowerCountBefore, long Change, double? RelativeChange, bool? Suspicious);
