using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Api.Timelines;

namespace InfluencerAnalytics.Host.Api;

/// <summary>All influencers as CSV.</summary>
internal static class ExportEndpoint
{
    public static void MapExport(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/export", Get)
            .WithName("Export")
            .WithTags("Export")
            .WithSummary("All influencers as CSV, streamed")
            .WithDescription("By id and then time. start and end as for a timeline; resolution is raw (when left out), 1m, 5m, 1h or 1d. "
                + "An answer that breaks off ends without the end of its body: what came is then not complete.")
            .RequireKey(ApiRights.Read)
            .Compressed()
            .Produces<string>(contentType: "text/csv")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

    private static IResult Get(string? start, string? end, string? resolution, CsvSource csv, TimeProvider timeProvider, HttpContext context)
    {
        if (!Parameters.TryRange(start, end, nameof(start), nameof(end), timeProvider, out var range, out var problem)
            || !Resolutions.TryParse(resolution, Resolution.Raw, allowAuto: false, out var wanted, out problem))
            return problem;
        return CsvAnswers.Of(csv, null, range, wanted, context.RequestAborted);
    }
}
