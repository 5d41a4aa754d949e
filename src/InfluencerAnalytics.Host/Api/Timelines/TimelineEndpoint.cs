using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>One influencer over time.</summary>
internal static class TimelineEndpoint
{
    public static void MapTimeline(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/influencers/{id}/timeline", GetAsync)
            .WithName("GetTimeline")
            .WithTags("Influencers")
            .WithSummary("Its counts over time")
            .WithDescription("In columns of equal length, or as CSV (Accept: text/csv, or format=csv). start and end are ISO 8601, epoch seconds or a span before now (-24h), both included; left "
                + "out they mean the last 24 hours, up to now, or the 24 hours before the end. resolution is auto (the finest that stays within 1,500 points "
                + "and reaches back as far as the data), raw, 1m, 5m, 1h or 1d. availableFrom (in CSV the header X-Available-From) says from when on the resolution "
                + "is kept; a coarser one may reach further back. At 1d, rank and rankOf are the rank on that day, by its last follower count among all that have a reading of it (ties share a "
                + "rank), null where it is not known: days are ranked once, after they are over, and again only when readings that came later have changed more than 1 in 100 of their counts. Where they "
                + "have changed fewer, the rank of whom they have changed is null, and those of the others can be off by so many.")
            .Produces<TimelineResponse>()
            .Compressed()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> GetAsync(
        string id, string? start, string? end, string? resolution, string? format, TimelineAnswers answers, TimeProvider timeProvider, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem)
            || !Parameters.TryRange(start, end, nameof(start), nameof(end), timeProvider, out var range, out problem)
            || !Resolutions.TryParse(resolution, Resolution.Auto, allowAuto: true, out var wanted, out problem)
            || !CsvAnswers.TryFormat(format, out problem))
            return problem;
        return CsvAnswers.IsWanted(context, format)
            ? await answers.AsCsvAsync(influencerId, range, wanted, context.RequestAborted)
            : await answers.AsJsonAsync(influencerId, range, wanted, context.RequestAborted);
    }
}
