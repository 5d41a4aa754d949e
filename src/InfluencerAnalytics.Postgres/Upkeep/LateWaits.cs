using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Postgres.Upkeep;

/// <summary>
/// Has what is old wait until late readings are in the roll-ups that are made of it: an hour is mended of its points, and its day, which is a partition of hours, then made anew of its hours. Not
/// for ever: where mending fails, the disk would fill. For one caller.
/// </summary>
internal sealed partial class LateWaits(PostgresDatabase database, PartitionedSeries series, TimeProvider timeProvider, ILogger logger)
{
    // A million hours of influencers are mended in some minutes.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<DateTime, Wait> _waits = [];
    private readonly Episode _waiting = new(timeProvider);

    /// <summary>Those that can be dropped now: all in front of the first that waits.</summary>
    /// <param name="old">In their order, without a gap that matters: what is dropped goes up to a moment.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async ValueTask<List<(DateTime Starts, DateTime Ends)>> ReadyAsync(List<(DateTime Starts, DateTime Ends)> old, CancellationToken cancellationToken)
    {
        var late = old.Count == 0 ? [] : await ReadLateAsync(old[^1].Ends, cancellationToken);
        foreach (var gone in _waits.Keys.Except(old.ConvertAll(static one => one.Ends)).ToList())
            _waits.Remove(gone);
        // Of all of them, so that each begins to wait when it is old, and not when those before it are gone.
        var waiting = old.FindAll(one => IsWaiting(one.Ends, late.Where(hour => hour.Hour >= one.Starts && hour.Hour < one.Ends).Sum(static hour => hour.Influencers)));
        var ready = waiting.Count == 0 ? old : old.FindAll(one => one.Ends < waiting[0].Ends);
        Tell(waiting, ready);
        return ready;
    }

    private ValueTask<List<(DateTime Hour, long Influencers)>> ReadLateAsync(DateTime before, CancellationToken cancellationToken) => database.UseAsync(
        (connection, cancel) => connection.ListAsync(
            "SELECT hour, count(*) FROM influencer_analytics.late_hours WHERE hour < $1 GROUP BY hour", [before], static reader => (reader.GetDateTime(0), reader.GetInt64(1)), cancel),
        cancellationToken);

    private bool IsWaiting(DateTime ends, long late)
    {
        if (late == 0)
        {
            _waits.Remove(ends);
            return false;
        }
        var wait = _waits.TryGetValue(ends, out var known) ? known with { Late = late } : new Wait(timeProvider.GetTimestamp(), late, false);
        _waits[ends] = wait;
        return timeProvider.GetElapsedTime(wait.Since) < Longest;
    }

    private void Tell(List<(DateTime Starts, DateTime Ends)> waiting, List<(DateTime Starts, DateTime Ends)> ready)
    {
        if (waiting.Count > 0 && _waiting.Happened(""))
            Log.Waits(logger, series.Table, waiting[0].Ends, waiting.Sum(one => _waits[one.Ends].Late));
        else if (waiting.Count == 0 && _waiting.Over() is { } past)
            Log.WaitsNoMore(logger, series.Table, past.Seconds);
        foreach (var (_, ends) in ready)
        {
            // Dropping may have to be tried again.
            if (!_waits.TryGetValue(ends, out var wait) || wait.IsSaid)
                continue;
            _waits[ends] = wait with { IsSaid = true };
            Log.NotMended(logger, series.Table, ends, wait.Late);
        }
    }

    /// <param name="Since">When it was first seen, by the monotonic clock.</param>
    /// <param name="Late">How many hours of influencers are to be mended.</param>
    /// <param name="IsSaid">Whether it was said that they are not.</param>
    private readonly record struct Wait(long Since, long Late, bool IsSaid);

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "What is older than it is kept, {Table} before {Ends:u}, waits up to an hour: {Count} hours of influencers are not yet rolled up once more with the late readings that they got.")]
        public static partial void Waits(ILogger logger, string table, DateTime ends, long count);

        [LoggerMessage(2102, LogLevel.Information, "Nothing of {Table} that is older than it is kept waits for late readings any more, after {Seconds} s.")]
        public static partial void WaitsNoMore(ILogger logger, string table, double seconds);

        [LoggerMessage(2103, LogLevel.Warning, "{Table} before {Ends:u} is dropped although {Count} hours of influencers were not rolled up once more with the late readings that they got: that took longer than an hour.")]
        public static partial void NotMended(ILogger logger, string table, DateTime ends, long count);
    }
}
