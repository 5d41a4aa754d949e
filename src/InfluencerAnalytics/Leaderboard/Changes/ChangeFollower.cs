using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// Keeps the base of each window: of an hour from copies of the leaderboard, and until there is one of an hour ago from the hourly roll-ups, as that of a day and of a week, anew when
/// another hour is over or many readings of the hours came late. All of it goes by the newest slot that is ranked, not by a clock, so that a change is told between two readings whatever time it is.
/// </summary>
internal sealed partial class ChangeFollower : Worker
{
    private readonly InfluencerLeaderboard _leaderboard;
    private readonly ChangeBases _bases;
    private readonly IDataPointStore _points;
    private readonly IGenerationStore _generations;
    private readonly RecentColumns _recent;
    private readonly HourBases _hours;
    private readonly HourLooks _looks;

    public ChangeFollower(
        InfluencerLeaderboard leaderboard, ChangeBases bases, IDataPointStore points, ISlotStore slots, IGenerationStore generations, WorkerHealth health,
        TimeProvider timeProvider, ILogger<ChangeFollower> logger)
        : base("changes", health, timeProvider, logger)
    {
        (_leaderboard, _bases, _points, _generations) = (leaderboard, bases, points, generations);
        var anchors = new FollowerAnchors();
        _recent = new RecentColumns(leaderboard, anchors);
        _hours = new HourBases(leaderboard, anchors, points, slots, timeProvider, () => health.Ready(Name));
        _looks = new HourLooks(slots, timeProvider);
    }

    // A copy is taken within a second of the slot that it is due with.
    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(1);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (!_leaderboard.State.IsLoaded)
            return WorkResult.Idle;
        var asOf = _leaderboard.Summarize().AsOf;
        if (asOf == 0)
        {
            foreach (var window in ChangeWindows.All)
                _bases.Clear(window, "There is no reading yet.");
            return WorkResult.Idle;
        }
        try
        {
            if (_recent.IsDue(asOf))
                _recent.Take(asOf, ChangeWindows.NearMs(ChangeWindow.Hour, await IntervalAsync(stopping)));
            foreach (var window in ChangeWindows.All)
            {
                await RenewAsync(window, asOf - ChangeWindows.LengthMs(window), stopping);
                _bases.CanRenew(window);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            foreach (var window in ChangeWindows.All)
                _bases.CannotRenew(window, exception.Message);
            throw;
        }
        return WorkResult.Idle;
    }

    private async ValueTask RenewAsync(ChangeWindow window, long moment, CancellationToken cancellationToken)
    {
        if (window == ChangeWindow.Hour && _recent.At(moment) is { } recent)
        {
            _bases.Set(window, recent);
            return;
        }
        var end = moment - moment % ChangeWindows.HourMs;
        if (!_looks.IsDue(window, end))
            return;
        var interval = await IntervalAsync(cancellationToken);
        if (await _looks.LookAsync(window, HourBases.FirstHour(window, end, interval), end, cancellationToken) is not { } stored)
            return;
        if (await _hours.ReadAsync(window, end, interval, cancellationToken) is { } read)
        {
            _bases.Set(window, read);
            Log.Read(Logger, ChangeWindows.NameOf(window), read.Followers.Count, UtcText.Of(end));
        }
        else
        {
            _bases.Clear(window, $"No reading of the time before {UtcText.Of(end)} is kept.", await ExpectedAsync(window, end, cancellationToken));
        }
        _looks.Read(window, end, stored);
    }

    // With the slot that is a window after the first hour of readings is over; where those are older and none is near, not before the next hour is looked at. An hour back there may be
    // a copy of the leaderboard before that.
    private async ValueTask<long> ExpectedAsync(ChangeWindow window, long end, CancellationToken cancellationToken)
    {
        var first = (await _points.ReadKeptSinceAsync(cancellationToken)).Hours ?? end;
        var expected = Math.Max(first, end) + ChangeWindows.HourMs + ChangeWindows.LengthMs(window);
        return window == ChangeWindow.Hour && _recent.First is { } copied ? Math.Min(expected, copied + ChangeWindows.LengthMs(window)) : expected;
    }

    private async ValueTask<TimeSpan> IntervalAsync(CancellationToken cancellationToken) => (await _generations.ReadGenerationsAsync(cancellationToken)).Interval;

    private static partial class Log
    {
        [LoggerMessage(6101, LogLevel.Debug, "Changes over {Window}: told from {Influencers} influencers as of {Since}")]
        public static partial void Read(ILogger logger, string window, int influencers, string since);
    }
}
