using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Reporting;
using Microsoft.AspNetCore.RateLimiting;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>Whether the process lives, and whether it can work.</summary>
internal static class HealthEndpoints
{
    private static readonly HealthResponse Live = new("live");
    private static readonly HealthResponse ReadyNow = new("ready");

    /// <param name="routes">Of a process of any role.</param>
    /// <param name="readiness">Whether it can work.</param>
    public static void MapHealth(this IEndpointRouteBuilder routes, IReadiness readiness)
    {
        var group = routes.MapGroup("/health").WithTags("Health").NeedNoKey().Unkept().WithMetadata(new DisableRateLimitingAttribute());
        group.MapRead("/live", () => TypedResults.Ok(Live))
            .WithName("GetLive")
            .WithSummary("Whether the process answers at all")
            .Produces<HealthResponse>();
        group.MapRead("/ready", (HttpContext context) => GetReadyAsync(readiness, context))
            .WithName("GetReady")
            .WithSummary("Whether every part of this process works, and if not, why")
            .WithDescription("Other processes that are silent, or not ready, are among the notes: they do not make this one unready.")
            .Produces<HealthResponse>()
            .ProducesProblem(503);
    }

    private static async Task<IResult> GetReadyAsync(IReadiness readiness, HttpContext context)
    {
        var (reasons, notes) = await readiness.ReadAsync(context.RequestAborted);
        if (reasons.Count == 0)
            return TypedResults.Ok(notes.Count > 0 ? ReadyNow with { Notes = notes } : ReadyNow);
        context.Response.Headers.RetryAfter = "5";
        return TypedResults.Problem(
            string.Join(" ", reasons), statusCode: 503, title: "Not ready",
            extensions: new Dictionary<string, object?> { ["reasons"] = reasons });
    }
}
