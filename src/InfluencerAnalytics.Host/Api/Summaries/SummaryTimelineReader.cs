using System.Runtime.CompilerServices;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Timelines;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Host.Api.Summaries;

/// <summary>Reads what slots came to over time, in a resolution or in the one that fits. Safe for concurrent use.</summary>
internal sealed class SummaryTimelineReader(ISlotStore slots, DeploymentInterval interval, TimeProvider timeProvider)
{
    private static readonly Resolution[] FinestFirst = [Resolution.Raw, Resolution.Minute, Resolution.FiveMinutes, Resolution.Hour];
    private static readonly long DayMs = Resolutions.StepMs(Resolution.Day);

    public ValueTask<SlotsKeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => slots.ReadSlotsKeptSinceAsync(cancellationToken);

    /// <summary>Epoch milliseconds; null while there is nothing of it.</summary>
    public static long? AvailableFrom(SlotsKeptSince kept, Resolution resolution) =>
        (resolution >= Resolution.Hour ? kept.Hours : kept.Slots) is { } first ? Resolutions.Floor(resolution, first) : null;

    /// <summary>The finest resolution that stays within <see cref="TimelineReader.MaxAutoPoints"/> and reaches back to where the range begins, or as far as anything does.</summary>
    public async ValueTask<Resolution> ChooseAsync(TimeRange range, SlotsKeptSince kept, CancellationToken cancellationToken)
    {
        if (kept.Hours is not { } first)
            return Resolution.Raw;
        // Where nothing was dropped, the records begin within the first hour.
        var recordsReach = kept.Slots <= range.Start || kept.Slots < first + Resolutions.StepMs(Resolution.Hour);
        var filled = range with { Start = Math.Max(range.Start, recordsReach ? kept.Slots ?? first : first) };
        var intervalMs = (long)(await interval.ReadAsync(cancellationToken)).TotalMilliseconds;
        foreach (var resolution in FinestFirst)
        {
            if ((recordsReach || resolution == Resolution.Hour)
                && TimelineReader.Fits(filled, Math.Max(intervalMs, Resolutions.StepMs(resolution)), timeProvider.GetUtcNow()))
                return resolution;
        }
        return Resolution.Day;
    }

    /// <summary>
    /// The rows, ascending, a day of slots at a time. One whose span overlaps the range is whole, so that it shows the same for every range; where no slot has a record there is none.
    /// </summary>
    /// <param name="resolution">Not auto.</param>
    public async IAsyncEnumerable<SlotSum> RowsAsync(TimeRange range, SlotsKeptSince kept, Resolution resolution, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var step = Resolutions.StepMs(resolution);
        var start = Resolutions.Floor(resolution, range.Start);
        var end = step == 0 ? range.End : Resolutions.Floor(resolution, range.End) + step - 1;
        if (resolution >= Resolution.Hour)
        {
            foreach (var sum in SlotSum.Together(await slots.ReadSlotHoursAsync(start, end, cancellationToken), step))
                yield return sum;
            yield break;
        }
        if (kept.Slots is not { } first)
            yield break;
        // Slots lie ahead of now by less than a day, by whichever clock they were labelled.
        end = Math.Min(end, timeProvider.GetUtcNow().ToUnixTimeMilliseconds() + DayMs);
        // No step crosses a day.
        for (var day = Math.Max(start, Resolutions.Floor(Resolution.Day, first)); day <= end; day = Resolutions.Floor(Resolution.Day, day) + DayMs)
        {
            var page = (await slots.ReadSlotsAsync(day, Math.Min(end, Resolutions.Floor(Resolution.Day, day) + DayMs - 1), cancellationToken)).Select(SlotSum.Of);
            foreach (var sum in step == 0 ? page : SlotSum.Together(page, step))
                yield return sum;
        }
    }
}
