using System.Runtime.InteropServices;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// Loads the leaderboard from the store and keeps it level. While the store is away the leaderboard keeps what it has and says how old it is.
/// </summary>
internal sealed partial class LeaderboardFollower(
    InfluencerLeaderboard leaderboard,
    ILatestStore store,
    LeaderboardOptions options,
    TimeProvider timeProvider,
    ILogger<LeaderboardFollower> logger) : BackgroundService
{
    private readonly List<LatestPoint> _page = new(options.PageSize);
    private readonly Episode _trouble = new(timeProvider);
    private long _cursor;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CatchUpAsync(stoppingToken);
                await Task.Delay(options.PollInterval, timeProvider, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Reads all that is new. What the store throws becomes the leaderboard's state.</summary>
    internal async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var before = leaderboard.State;
        try
        {
            LatestPage page;
            do
            {
                _page.Clear();
                page = await store.ReadLatestChangesAsync(_cursor, options.PageSize, _page, cancellationToken);
                if (before.IsLoaded)
                    leaderboard.Apply(CollectionsMarshal.AsSpan(_page));
                else
                    leaderboard.Load(CollectionsMarshal.AsSpan(_page));
                _cursor = page.Cursor;
            }
            while (page.HasMore);
        }
        catch (StoreUnavailableException exception)
        {
            if (_trouble.Happened(exception.Message))
                Log.StoreAway(logger, exception.Message);
            leaderboard.CannotFollow(exception.Message);
            return;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the loop: whatever it was, the next round tries again and health says so meanwhile.
            if (_trouble.Happened($"{exception.GetType()} {exception.Message}"))
                Log.Failed(logger, exception);
            leaderboard.CannotFollow($"Following the store failed: {exception.Message}");
            return;
        }
        leaderboard.CaughtUp();
        if (!before.IsLoaded)
            Log.Loaded(logger, leaderboard.Summarize().Reporting);
        if (_trouble.Over() is { } past && before.IsLoaded)
            Log.Following(logger, past.Times, past.Seconds);
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Information, "Leaderboard loaded: {Ranked} influencers are ranked")]
        public static partial void Loaded(ILogger logger, int ranked);

        [LoggerMessage(6002, LogLevel.Warning, "Leaderboard answers from memory, the store is away: {Reason}")]
        public static partial void StoreAway(ILogger logger, string reason);

        [LoggerMessage(6003, LogLevel.Error, "Leaderboard cannot follow the store; it tries again")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(6004, LogLevel.Information, "Leaderboard follows the store again, after {Times} failed reads in {Seconds} s")]
        public static partial void Following(ILogger logger, long times, double seconds);
    }
}
