using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;
using Microsoft.AspNetCore.RateLimiting;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>Whether the process lives, and whether it can work.</summary>
internal static class HealthEndpoints
{
    private static readonly HealthResponse Live = new("live");
    private static readonly HealthResponse ReadyNow = new("ready");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").NeedNoKey().WithMetadata(new DisableRateLimitingAttribute());
        group.MapRead("/live", () => TypedResults.Ok(Live))
            .WithName("GetLive")
            .WithSummary("Whether the process answers at all")
            .Produces<HealthResponse>();
        group.MapRead("/ready", GetReadyAsync)
            .WithName("GetReady")
            .WithSummary("Whether every part works, and if not, why")
            .Produces<HealthResponse>()
            .ProducesProblem(503);
    }

    private static async Task<IResult> GetReadyAsync(
        WorkerHealth workers, PipelineStatistics statistics, IStoreStatus store, InfluencerLeaderboard leaderboard, ApiOptions options, HttpContext context)
    {
        var reasons = new List<string>(workers.Problems(options.WorkerSilence));
        var status = await store.GetStatusAsync(context.RequestAborted);
        if (!status.Ready)
            reasons.Add($"store: {status.Detail ?? "is away."}");
        // Its follower is well while it loads, and ranks cannot be asked for.
        if (reasons.Count == 0 && leaderboard.State is { IsLoaded: false, Problem: { } loading })
            reasons.Add($"leaderboard: {loading}");
        if (reasons.Count == 0)
        {
            List<string> notes = [.. ProviderNotes.Of(statistics.Provider)];
            if (status.Detail is { } detail)
                notes.Add($"store: {detail}");
            return TypedResults.Ok(notes.Count > 0 ? ReadyNow with { Notes = notes } : ReadyNow);
        }
        context.Response.Headers.RetryAfter = "5";
        return TypedResults.Problem(
            string.Join(" ", reasons), statusCode: 503, title: "Not ready",
            extensions: new Dictionary<string, object?> { ["reasons"] = (IReadOnlyList<string>)reasons });
    }
}
