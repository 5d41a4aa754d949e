using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>Reads one influencer's timeline in a resolution, or in the one that fits. Safe for concurrent use.</summary>
internal sealed class TimelineReader(IDataPointStore store, IDayRankStore ranks, KeptHistory kept, DeploymentInterval interval, ApiOptions options, TimeProvider timeProvider)
{
    /// <summary>What "auto" stays within: about a point for each pixel of a wide chart.</summary>
    public const int MaxAutoPoints = 1500;

    private static readonly Resolution[] FinestFirst = [Resolution.Raw, Resolution.Minute, Resolution.FiveMinutes, Resolution.Hour];
    private static readonly Resolution[] Coarser = [Resolution.Hour, Resolution.Day];

    /// <summary>
    /// Fills the columns. A row whose bucket overlaps the range is whole, so it shows the same values for every range. A gap has no row.
    /// </summary>
    /// <returns>The resolution that was read, or null when there are more rows than one answer may hold.</returns>
    public async ValueTask<Resolution?> ReadAsync(
        long id, TimeRange range, Resolution resolution, TimelineColumns columns, CancellationToken cancellationToken)
    {
        if (resolution == Resolution.Auto)
        {
            if (await TryReadRawAsync(id, range, columns, cancellationToken))
                return Resolution.Raw;
            columns.Clear();
            resolution = await ChooseAsync(id, range, cancellationToken);
        }

        var start = Resolutions.Floor(resolution, range.Start);
        if (Resolutions.PeriodOf(resolution) is { } period)
        {
            columns.Add(await store.ReadRollupsAsync(id, period, start, range.End, cancellationToken));
            // Behind the counts: the rank of one that changes in between is not known.
            if (period == RollupPeriod.Day)
                columns.Ranks.AddRange(await ranks.ReadDayRanksAsync(id, start, range.End, cancellationToken));
            return columns.Count <= options.MaxTimelinePoints ? resolution : null;
        }
        var end = resolution == Resolution.Raw ? range.End : Resolutions.Floor(resolution, range.End) + Resolutions.StepMs(resolution) - 1;
        return await ReadPointsAsync(id, new TimeRange(start, end), Resolutions.StepMs(resolution), columns, cancellationToken) ? resolution : null;
    }

    /// <summary>False when there are more rows than one answer may hold.</summary>
    private async ValueTask<bool> ReadPointsAsync(
        long id, TimeRange range, long stepMs, TimelineColumns columns, CancellationToken cancellationToken)
    {
        await foreach (var page in store.ReadPagesAsync(id, range, cancellationToken))
        {
            columns.Add(page, stepMs);
            if (columns.Count > options.MaxTimelinePoints)
                return false;
        }
        return true;
    }

    // The usual question, a recent hour or day, takes this one read: the raw points fit, and they reach back to where the range begins, or as far as anything does.
    private async ValueTask<bool> TryReadRawAsync(long id, TimeRange range, TimelineColumns columns, CancellationToken cancellationToken)
    {
        if (!Fits(range, (long)(await interval.ReadAsync(cancellationToken)).TotalMilliseconds, timeProvider.GetUtcNow()))
            return false;
        var since = await kept.ReadAsync(cancellationToken);
        var reaches = since.Points is { } points
            && (points <= range.Start || !(since.Hours < Resolutions.Floor(Resolution.Hour, points) || since.Days < Resolutions.Floor(Resolution.Day, points)));
        return reaches && await ReadPointsAsync(id, range, 0, columns, cancellationToken) && columns.Count > 0;
    }

    /// <summary>
    /// The finest resolution that fits and reaches back to where the range begins, or as far as anything of this influencer does: to where coarser roll-ups of it
    /// begin earlier than finer ones.
    /// </summary>
    private async ValueTask<Resolution> ChooseAsync(long id, TimeRange range, CancellationToken cancellationToken)
    {
        var raw = await store.ReadPointsAsync(id, range.Start, range.End, limit: 1, cancellationToken);
        long? first = raw.Count > 0 ? raw[0].Slot : null;
        var finest = Resolution.Raw;
        foreach (var coarser in Coarser)
        {
            if (await FirstBeforeAsync(id, coarser, range, first, cancellationToken) is { } earlier)
                (first, finest) = (earlier, coarser);
        }
        if (first is not { } begin)
            return Resolution.Raw;

        var filled = range with { Start = Math.Max(range.Start, begin) };
        var intervalMs = (long)(await interval.ReadAsync(cancellationToken)).TotalMilliseconds;
        foreach (var resolution in FinestFirst)
        {
            if (resolution >= finest && Fits(filled, Math.Max(intervalMs, Resolutions.StepMs(resolution)), timeProvider.GetUtcNow()))
                return resolution;
        }
        return Resolution.Day;
    }

    /// <summary>Where roll-ups begin when they begin earlier than <paramref name="first"/>; else null.</summary>
    private async ValueTask<long?> FirstBeforeAsync(long id, Resolution resolution, TimeRange range, long? first, CancellationToken cancellationToken)
    {
        var start = Resolutions.Floor(resolution, range.Start);
        var end = first is { } known ? Resolutions.Floor(resolution, known) - 1 : range.End;
        if (end < start)
            return null;
        var rollups = await store.ReadRollupsAsync(id, Resolutions.PeriodOf(resolution)!.Value, start, end, cancellationToken);
        return rollups.Count > 0 ? rollups[0].Start : null;
    }

    /// <summary>Whether a row every so many milliseconds stays within <see cref="MaxAutoPoints"/>, up to now.</summary>
    public static bool Fits(TimeRange range, long stepMs, DateTimeOffset now) =>
        (Math.Min(range.End, now.ToUnixTimeMilliseconds()) - range.Start) / stepMs + 1 <= MaxAutoPoints;
}
