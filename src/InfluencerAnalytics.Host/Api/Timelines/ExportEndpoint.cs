using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>All influencers as CSV.</summary>
internal static class ExportEndpoint
{
    // An export takes seconds to many minutes.
    private const int RetryAfterSeconds = 30;

    public static void MapExport(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/export", GetAsync)
            .WithName("Export")
            .WithTags("Export")
            .WithSummary("All influencers as CSV, streamed")
            .WithDescription("By period, in a period by id, and of an influencer by time; a period is a UTC day for raw, 1m and 5m, and some days or longer, of the store's "
                + "choosing, for 1h and 1d. start and end as for a timeline; resolution is raw (when left out), 1m, 5m, 1h or 1d. The header X-Available-From says "
                + "from when on the resolution is kept. "
                + "An answer that breaks off ends without the end of its body: what came is then not complete. "
                + "A few exports run at once (Api:MaxExports); the next one is a 429.")
            .RequireKey(ApiRights.Read)
            .Compressed()
            .Produces<string>(contentType: "text/csv")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(429).ProducesProblem(503);

    private static async Task<IResult> GetAsync(
        string? start, string? end, string? resolution, CsvSource csv, RunningExports exports, KeptHistory kept, TimeProvider timeProvider, ApiOptions options,
        HttpContext context)
    {
        if (!Parameters.TryRange(start, end, nameof(start), nameof(end), timeProvider, out var range, out var problem)
            || !Resolutions.TryParse(resolution, Resolution.Raw, allowAuto: false, out var wanted, out problem))
            return problem;
        if (exports.TryEnter() is not { } place)
        {
            return Problems.TryLater(
                StatusCodes.Status429TooManyRequests, "Too many exports",
                $"{options.MaxExports} exports run, and no more may at once (Api:MaxExports). Wait until one is done.", RetryAfterSeconds);
        }
        // Kept until the connection is done with, also when it breaks.
        context.Response.RegisterForDispose(place);
        var availableFrom = await kept.AvailableFromAsync(wanted, context.RequestAborted);
        return exports.OnItsThreads(CsvAnswers.Of(csv, null, range, wanted, availableFrom, context.RequestAborted));
    }
}
