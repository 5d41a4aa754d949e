using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Timelines;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Host.Api.Summaries;

/// <summary>The averages over time as JSON, in columns.</summary>
internal sealed class SummaryTimelineResult(TimeRange range, Resolution resolution, long? availableFrom, List<SlotSum> rows) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Vary = "Accept";
        if (!Tag().IsNotModified(httpContext))
            return TypedResults.Ok(ToResponse()).ExecuteAsync(httpContext);
        httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    /// <summary>The mean over all readings of a span; null where there is none.</summary>
    public static double? Average(Int128 sum, long readings) => readings == 0 ? null : (double)sum / readings;

    private ContentTag Tag()
    {
        var tag = new ContentTag();
        tag.Add((long)resolution);
        tag.Add(availableFrom ?? -1);
        foreach (var row in rows)
        {
            tag.Add(
            [
                row.Start, row.Slots, row.Stored, (long)(row.FollowerSum >> 64), unchecked((long)row.FollowerSum), (long)(row.FollowingSum >> 64), unchecked((long)row.FollowingSum),
                row.LeastCovered, row.MostCovered, row.MostTracked,
            ]);
        }
        return tag;
    }

    private SummaryTimelineResponse ToResponse()
    {
        var isRollup = resolution != Resolution.Raw;
        return new SummaryTimelineResponse(
            Resolutions.NameOf(resolution), UtcText.Of(range.Start), UtcText.Of(range.End), availableFrom is { } from ? UtcText.Of(from) : null,
            Of(static row => row.Start), Of(static row => Average(row.FollowerSum, row.Stored)), Of(static row => Average(row.FollowingSum, row.Stored)),
            Of(static row => row.MostCovered), Of(static row => row.MostTracked))
        {
            ReportingMin = isRollup ? Of(static row => row.LeastCovered) : null,
            Slots = isRollup ? Of(static row => row.Slots) : null,
        };
    }

    private T[] Of<T>(Func<SlotSum, T> column) => [.. rows.Select(column)];
}
