using System.Buffers;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Timelines;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Host.Api.Summaries;

/// <summary>The averages over all influencers, and how many report, over time.</summary>
internal static class SummaryTimelineEndpoint
{
    private const string CsvHeader = "time,averageFollowerCount,averageFollowingCount,reporting,tracked,reportingMin,slots\r\n";

    public static void MapSummaryTimeline(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/summary/timeline", GetAsync)
            .WithName("GetSummaryTimeline")
            .WithTags("Influencers")
            .WithSummary("The averages over time, and how many influencers report")
            .WithDescription("In columns of equal length, or as CSV (Accept: text/csv, or format=csv). start, end and resolution as for the timeline of an influencer; raw is a row a slot, "
                + "that is an interval. An average is the mean over all readings of the row, so that one who was read 60 times in an hour counts 60 times; null where there is none. reporting is "
                + "how many of those that were tracked when the slot began have a reading, as in coverage, and tracked how many they are, of a row of several slots the most in one of them, with reportingMin, the fewest, and slots, how many are on record. "
                + "Where no slot is on record there is no row. Readings that come late change the rows that they belong to; the newest slots are still being read. "
                + "availableFrom (in CSV the header X-Available-From) says from when on the resolution is kept: rows of 1h and 1d outlive the others.")
            .Produces<SummaryTimelineResponse>()
            .Compressed()
            .ProducesProblem(400).ProducesProblem(503);

    private static async Task<IResult> GetAsync(
        string? start, string? end, string? resolution, string? format, SummaryTimelineReader timeline, ApiOptions options, TimeProvider timeProvider, HttpContext context)
    {
        if (!Parameters.TryRange(start, end, nameof(start), nameof(end), timeProvider, out var range, out var problem)
            || !Resolutions.TryParse(resolution, Resolution.Auto, allowAuto: true, out var wanted, out problem)
            || !CsvAnswers.TryFormat(format, out problem))
            return problem;
        var kept = await timeline.ReadKeptSinceAsync(context.RequestAborted);
        if (wanted == Resolution.Auto)
            wanted = await timeline.ChooseAsync(range, kept, context.RequestAborted);
        var availableFrom = SummaryTimelineReader.AvailableFrom(kept, wanted);
        var rows = timeline.RowsAsync(range, kept, wanted, context.RequestAborted);
        if (CsvAnswers.IsWanted(context, format))
            return new CsvResult<SlotSum>(CsvHeader, $"summary-{Resolutions.NameOf(wanted)}.csv", availableFrom, rows, Write, isTagged: true);
        var all = new List<SlotSum>();
        await foreach (var row in rows)
        {
            all.Add(row);
            if (all.Count > options.MaxTimelinePoints)
                return CsvAnswers.TooLong(options.MaxTimelinePoints, wanted);
        }
        return new SummaryTimelineResult(range, wanted, availableFrom, all);
    }

    private static void Write(in SlotSum sum, IBufferWriter<byte> to)
    {
        var row = new CsvRow(to);
        row.AddTime(sum.Start);
        row.Add(SummaryTimelineResult.Average(sum.FollowerSum, sum.Stored));
        row.Add(SummaryTimelineResult.Average(sum.FollowingSum, sum.Stored));
        row.Add(sum.MostCovered);
        row.Add(sum.MostTracked);
        row.Add(sum.LeastCovered);
        row.Add((long)sum.Slots);
        row.End();
    }
}
