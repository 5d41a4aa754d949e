using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// Reads the base of a window from the hourly roll-ups of the store: of each influencer the last count of the hour that ends where the window begins, and of those who were not read in it, of
/// the hours before, as far as they are near. At rest as long as at work, so
/// that whoever shares the processor and the store with it keeps half of what it could take. For one thread.
/// </summary>
/// <param name="alive">Called now and then while it reads.</param>
internal sealed class HourBases(
    InfluencerLeaderboard leaderboard, FollowerAnchors anchors, IDataPointStore store, ISlotStore slots, TimeProvider timeProvider, Action alive)
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
        var last = Math.Max(FirstHour(window, end, interval), first);
        // None but the few who were hardly ever read are left to be looked for.
        for (var hour = end - ChangeWindows.HourMs; hour >= last && ranked - column.Count > ranked / 100; hour -= ChangeWindows.HourMs)
        {
            var read = await ReadHourAsync(hour, column, await LeastAsync(hour, end - near, interval, cancellationToken), cancellationToken);
            // Whoever was tracked then was read in it, so that the others were not: they are not looked for in each hour of half a day, 15 s of processor time for a million. One that fell
            // out, as a whole or in part, is made good by those before it.
            if (read > 0 && await slots.ReadSlotHoursAsync(hour, hour, cancellationToken) is [var sum] && read >= sum.MostTracked - sum.MostTracked / 100)
                break;
        }
        return column.Count == 0 ? null : new ChangeBase(end, near, column);
    }

    /// <summary>The start of the earliest hour that is near a moment.</summary>
    public static long FirstHour(ChangeWindow window, long end, TimeSpan interval) =>
        end - Math.Max(ChangeWindows.HourMs, ChangeWindows.NearMs(window, interval) / ChangeWindows.HourMs * ChangeWindows.HourMs);

    /// <summary>
    /// How often one must have been read in an hour so that one of its readings is of a moment or later: more often than there are slots before. A reading has a slot, and that a record,
    /// whatever the interval was then.
    /// </summary>
    private async ValueTask<int> LeastAsync(long hour, long moment, TimeSpan interval, CancellationToken cancellationToken)
    {
        if (moment <= hour)
            return 1;
        var records = await slots.ReadSlotsAsync(hour, hour + ChangeWindows.HourMs - 1, cancellationToken);
        // What was imported has no slots.
        return 1 + (records.Count > 0 ? records.Count(record => record.Slot < moment) : (int)((moment - hour) / interval.TotalMilliseconds));
    }

    /// <summary>Adds those who are not in the column yet and were read so many times at least. How many were read at all.</summary>
    private async ValueTask<int> ReadHourAsync(long hour, FollowerColumn column, int least, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        var read = 0;
        await foreach (var rollup in store.ReadAllRollupsAsync(RollupPeriod.Hour, hour, hour, cancellationToken))
        {
            read++;
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
        return read;
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
