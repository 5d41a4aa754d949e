using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>Puts together what is known of one influencer: memory first, then the store. Safe for concurrent use.</summary>
internal sealed class InfluencerReader(
    InfluencerLeaderboard leaderboard, IRosterStore roster, IDataPointStore points, DeploymentInterval interval, TimeProvider timeProvider)
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    /// <summary>Null for an influencer of whom nothing is known.</summary>
    /// <exception cref="StoreUnavailableException">The store is away and the memory does not know the influencer either.</exception>
    public async ValueTask<InfluencerResponse?> ReadAsync(long id, CancellationToken cancellationToken)
    {
        var standing = leaderboard.Find(id);
        RosterEntry? entry = null;
        DataPoint? newest = null;
        var change = ChangeResponse.None;
        string? problem = null;
        try
        {
            entry = await roster.FindInfluencerAsync(id, cancellationToken);
            // Memory may not be loaded yet, or not know one that only outside messages told of.
            if (standing is not { Latest.Slot: > 0 })
                newest = await points.ReadPointAtOrBeforeAsync(id, timeProvider.GetUtcNow().ToUnixTimeMilliseconds() + DayMs, 0, cancellationToken);
            if (standing is null && entry is null && newest is null && !await HasRollupsAsync(id, cancellationToken))
                return null;
            if (LatestOf(id, standing, newest) is { Slot: > 0 } latest)
                change = await ReadChangeAsync(latest, cancellationToken);
        }
        catch (StoreUnavailableException exception) when (standing is not null)
        {
            problem = exception.Message;
        }
        return Respond(id, LatestOf(id, standing, newest), standing, entry, newest?.Username, change, problem);
    }

    /// <summary>Whether anything is known of an influencer, now or in the past.</summary>
    public async ValueTask<bool> IsKnownAsync(long id, CancellationToken cancellationToken) =>
        leaderboard.Find(id) is not null
        || await roster.FindInfluencerAsync(id, cancellationToken) is not null
        || await points.ReadPointAtOrBeforeAsync(id, timeProvider.GetUtcNow().ToUnixTimeMilliseconds() + DayMs, 0, cancellationToken) is not null
        || await HasRollupsAsync(id, cancellationToken);

    public static string NameOf(InfluencerStatus status) => status switch
    {
        InfluencerStatus.Tracked => "tracked",
        InfluencerStatus.Gone => "gone",
        InfluencerStatus.Removed => "removed",
        _ => "unknown",
    };

    private InfluencerResponse Respond(
        long id, LatestPoint latest, InfluencerStanding? standing, RosterEntry? entry, string? username, ChangeResponse change, string? problem)
    {
        var hasPoint = latest.Slot > 0;
        var status = entry?.Status ?? standing?.Latest.Status ?? InfluencerStatus.Unknown;
        var isLoaded = leaderboard.State.IsLoaded;
        return new InfluencerResponse(
            id, entry?.Username ?? username,
            hasPoint ? latest.FollowerCount : null, hasPoint ? latest.FollowingCount : null,
            hasPoint ? DataPoint.Ratio(latest.FollowerCount, latest.FollowingCount) : null,
            hasPoint ? UtcText.Of(latest.Slot) : null, hasPoint ? UtcText.Of(latest.RetrievedAt) : null,
            isLoaded ? standing?.Rank : null, isLoaded ? standing?.RankOf : null,
            standing?.Suspicious, standing?.SuspicionCheckedAt is { } checkedAt ? UtcText.Of(checkedAt) : null,
            NameOf(status), change,
            standing is { AsOf: > 0 } known ? UtcText.Of(known.AsOf) : null,
            isLoaded ? LeaderboardAge.Of(leaderboard).Seconds : null, problem);
    }

    private static LatestPoint LatestOf(long id, InfluencerStanding? standing, DataPoint? newest) =>
        newest is { } point
            ? new LatestPoint(id, point.FollowerCount, point.FollowingCount, point.Slot, point.RetrievedAt, InfluencerStatus.Unknown)
            : standing?.Latest ?? default;

    private async ValueTask<bool> HasRollupsAsync(long id, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        return (await points.ReadRollupsAsync(id, RollupPeriod.Day, 0, now, cancellationToken)).Count > 0;
    }

    private async ValueTask<ChangeResponse> ReadChangeAsync(LatestPoint latest, CancellationToken cancellationToken) => new(
        await ReadChangeAsync(latest, ChangeWindow.Hour, cancellationToken),
        await ReadChangeAsync(latest, ChangeWindow.Day, cancellationToken),
        await ReadChangeAsync(latest, ChangeWindow.Week, cancellationToken));

    // The reading of then may be missing: one that is near it will do. A week back it may be dropped already,
    // and the last value of an hour near it is still a true reading of then.
    private async ValueTask<long?> ReadChangeAsync(LatestPoint latest, ChangeWindow window, CancellationToken cancellationToken)
    {
        var near = ChangeWindows.NearMs(window, await interval.ReadAsync(cancellationToken));
        // Before all are loaded, the newest slot of anyone is not known.
        var asOf = leaderboard.State.IsLoaded ? leaderboard.Summarize().AsOf : timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        if (!ChangeWindows.ReachesEnd(latest.Slot, asOf, near))
            return null;
        var at = latest.Slot - ChangeWindows.LengthMs(window);
        var notBefore = at - near;
        if (await points.ReadPointAtOrBeforeAsync(latest.InfluencerId, at, notBefore, cancellationToken) is { } then)
            return latest.FollowerCount - then.FollowerCount;
        // Only hours all of which is near: of others, the last reading may lie before that.
        var (first, last) = (notBefore + HourMs - 1 - (notBefore + HourMs - 1) % HourMs, at - at % HourMs - HourMs);
        if (first > last)
            return null;
        var hours = await points.ReadRollupsAsync(latest.InfluencerId, RollupPeriod.Hour, first, last, cancellationToken);
        return hours.Count > 0 ? latest.FollowerCount - hours[^1].Followers.Last : null;
    }
}
