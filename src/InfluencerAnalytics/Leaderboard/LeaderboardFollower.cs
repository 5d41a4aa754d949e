using System.Runtime.InteropServices;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// Loads the leaderboard from the store and keeps it level. While the store is away the leaderboard keeps what it has and says how old it is.
/// </summary>
internal sealed partial class LeaderboardFollower(
    InfluencerLeaderboard leaderboard,
    ILatestStore store,
    LeaderboardOptions options,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<LeaderboardFollower> logger,
    IEnumerable<ILatestListener>? listeners = null) : Worker("leaderboard", health, timeProvider, logger)
{
    private readonly List<LatestPoint> _page = new(options.PageSize);
    private readonly ILatestListener[] _listeners = [.. listeners ?? []];
    private string? _cursor;

    protected override TimeSpan IdlePause => options.PollInterval;

    /// <summary>Reads all that is new. What the store throws becomes the leaderboard's state, and the loop's.</summary>
    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var isLoaded = leaderboard.State.IsLoaded;
        try
        {
            await ReadChangesAsync(isLoaded, stopping);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            leaderboard.CannotFollow(exception is StoreUnavailableException ? exception.Message : $"Following the store failed: {exception.Message}");
            throw;
        }
        leaderboard.CaughtUp();
        foreach (var listener in _listeners)
            listener.CaughtUp();
        if (!isLoaded)
            Log.Loaded(Logger, leaderboard.Summarize().Reporting);
        return WorkResult.Idle;
    }

    private async ValueTask ReadChangesAsync(bool isLoaded, CancellationToken cancellationToken)
    {
        LatestPage page;
        do
        {
            _page.Clear();
            page = await store.ReadLatestChangesAsync(_cursor, options.PageSize, _page, cancellationToken);
            if (isLoaded)
                await FollowAsync(cancellationToken);
            else
                leaderboard.Load(CollectionsMarshal.AsSpan(_page));
            _cursor = page.Cursor;
        }
        while (page.HasMore);
    }

    private async ValueTask FollowAsync(CancellationToken cancellationToken)
    {
        leaderboard.Apply(CollectionsMarshal.AsSpan(_page));
        foreach (var listener in _listeners)
            await listener.ChangedAsync(_page, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Information, "Leaderboard loaded: {Ranked} influencers are ranked")]
        public static partial void Loaded(ILogger logger, int ranked);
    }
}
