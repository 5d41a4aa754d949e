using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>
/// Puts back how far the roll-ups are, where a clock that was ahead has left that in the future: until then every point would count as late. What is rolled up again comes out
/// the same; what was imported below the marks stays. One thread at a time.
/// </summary>
internal sealed partial class FutureMarks(StoreContext context, RollupTables rollups, ILogger logger)
{
    // How far the marks were before they were put back. Zero where they never were, and nothing has to be looked up.
    private uint _highestHours = (uint)(context.Meta.GetNumber(MetaKeys.HighestHours) ?? 0);
    private uint _highestDays = (uint)(context.Meta.GetNumber(MetaKeys.HighestDays) ?? 0);

    /// <summary>Whether an hour was made before already, so that it may have been imported meanwhile.</summary>
    public bool WasHourMade(uint hour) => hour < _highestHours;

    /// <summary>The same of a day.</summary>
    public bool WasDayMade(uint day) => day < _highestDays;

    /// <summary>False when nothing is in the future. When true, what was begun is to be begun anew.</summary>
    public bool PutBack()
    {
        var now = (uint)(context.Clock.NowMs / 1000);
        var progress = rollups.Progress;
        var (hours, days) = (Math.Min(progress.HoursBefore, now / Periods.HourSeconds), Math.Min(progress.DaysBefore, now / Periods.DaySeconds));
        if (hours == progress.HoursBefore && days == progress.DaysBefore)
            return false;
        var before = progress.HoursBefore;
        var (highestHours, highestDays) = (Math.Max(_highestHours, progress.HoursBefore), Math.Max(_highestDays, progress.DaysBefore));
        lock (context.Gate)
        {
            context.Write(batch =>
            {
                context.Meta.Put(batch, MetaKeys.RolledUpHours, hours);
                context.Meta.Put(batch, MetaKeys.RolledUpDays, days);
                context.Meta.Put(batch, MetaKeys.HighestHours, highestHours);
                context.Meta.Put(batch, MetaKeys.HighestDays, highestDays);
                context.Meta.Delete(batch, MetaKeys.HourCursor);
                context.Meta.Delete(batch, MetaKeys.DayCursor);
                // One of them at the head would hold up all others until its hour is over.
                rollups.Marks.Forget(batch, hours * Periods.HourSeconds);
            });
            (progress.HoursBefore, progress.DaysBefore) = (hours, days);
            (_highestHours, _highestDays) = (highestHours, highestDays);
            progress.MarkedBefore = hours;
        }

        Log.PutBack(logger, UtcText.Of(before * (long)Periods.HourSeconds * 1000), UtcText.Of(hours * (long)Periods.HourSeconds * 1000));
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(2043, LogLevel.Warning, "The roll-ups were made up to {Was}, which is in the future: the clock was ahead then, or is behind now. They are made again from {Now} on.")]
        public static partial void PutBack(ILogger logger, string was, string now);
    }
}
