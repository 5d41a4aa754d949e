using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// Reads the base of a window from the hourly roll-ups of the store: of each influencer the last count of the hour that ends where the window begins. At rest as long as at work, so
/// that whoever shares the processor and the store with it keeps half of what it could take. For one thread.
/// </summary>
/// <param name="alive">Called now and then while it reads.</param>
internal sealed class HourBases(InfluencerLeaderboard leaderboard, FollowerAnchors anchors, IDataPointStore store, TimeProvider timeProvider, Action alive)
{
    // Some ten milliseconds.
    private const int RowsPerRun = 4096;

    private readonly List<Rollup> _run = new(RowsPerRun);
    private readonly long[] _ids = new long[RowsPerRun];
    private readonly int[] _places = new int[RowsPerRun];

    /// <summary>Null when the store has no reading near the moment.</summary>
    /// <param name="window">That begins at it.</param>
    /// <param name="end">The end of an hour, in epoch milliseconds.</param>
    /// <param name="interval">The resolution.</param>
    public async ValueTask<ChangeBase?> ReadAsync(ChangeWindow window, long end, TimeSpan interval, CancellationToken cancellationToken)
    {
        if ((await store.ReadKeptSinceAsync(cancellationToken)).Hours is not { } first)
            return null;
        // What a reading that was cut short has left.
        _run.Clear();
        var column = new FollowerColumn(anchors);
        var ranked = leaderboard.Summarize().Reporting;
        var near = ChangeWindows.NearMs(window, interval);
        // Of an hour window, a whole hour is more than near: only those count who were read in more than nine slots of ten, since the last of them is in its last tenth.
        var least = window == ChangeWindow.Hour ? (int)(ChangeWindows.HourMs * 9 / 10 / interval.TotalMilliseconds) + 1 : 1;
        var last = end - Math.Max(ChangeWindows.HourMs, near);
        for (var hour = end - ChangeWindows.HourMs; hour >= Math.Max(last, first); hour -= ChangeWindows.HourMs)
        {
            var before = column.Count;
            var isRead = await ReadHourAsync(hour, column, least, cancellationToken);
            // An hour in which most were read leaves those to be looked for who were hardly ever read; one that fell out as a whole is made good by the one before it.
            if (ranked - column.Count <= ranked / 100 || (isRead && column.Count - before <= ranked / 100))
                break;
        }
        return column.Count == 0 ? null : new ChangeBase(end, near, column);
    }

    /// <summary>Adds those who are not in the column yet and were read so many times at least. Whether anybody was.</summary>
    private async ValueTask<bool> ReadHourAsync(long hour, FollowerColumn column, int least, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        var isRead = false;
        await foreach (var rollup in store.ReadAllRollupsAsync(RollupPeriod.Hour, hour, hour, cancellationToken))
        {
            isRead = true;
            if (rollup.Count >= least)
                _run.Add(rollup);
            if (_run.Count < RowsPerRun)
                continue;
            TakeRun(column);
            alive();
            await Task.Delay(timeProvider.GetElapsedTime(began), timeProvider, cancellationToken);
            began = timeProvider.GetTimestamp();
        }
        TakeRun(column);
        return isRead;
    }

    private void TakeRun(FollowerColumn column)
    {
        for (var i = 0; i < _run.Count; i++)
            _ids[i] = _run[i].InfluencerId;
        leaderboard.FindPlaces(_ids.AsSpan(0, _run.Count), _places);
        for (var i = 0; i < _run.Count; i++)
        {
            if (_places[i] >= 0 && !column.Has(_places[i]))
                column.Set(_places[i], _run[i].Followers.Last);
        }
        _run.Clear();
    }
}
