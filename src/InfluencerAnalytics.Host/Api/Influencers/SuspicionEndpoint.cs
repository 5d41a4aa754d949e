using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>Whether an influencer's followers look bought, and what was said of that before.</summary>
internal static class SuspicionEndpoint
{
    public static void MapSuspicion(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/influencers/{id}/suspicion", GetAsync)
            .WithName("GetSuspicion")
            .WithTags("Influencers")
            .WithSummary("Whether its followers look bought")
            .WithDescription("What the provider said last, on which numbers, and in history each change of its flag, the newest first; the newest 100 are kept.")
            .Produces<SuspicionResponse>()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> GetAsync(string id, ISuspicionStore store, InfluencerReader reader, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        var newest = await store.FindVerdictAsync(influencerId, context.RequestAborted);
        if (newest is null && !await reader.IsKnownAsync(influencerId, context.RequestAborted))
            return Problems.UnknownInfluencer(influencerId);
        // A flag changes with a newer verdict only.
        var tag = new ContentTag();
        tag.Add([newest?.CheckedAt ?? -1, newest?.FollowerCount ?? -1, newest?.FollowingCount ?? -1, newest?.IsSuspicious == true ? 1 : 0]);
        if (tag.IsNotModified(context))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var history = newest is null ? [] : await store.ReadFlagHistoryAsync(influencerId, SuspicionVerdict.MostChangesKept, context.RequestAborted);
        return TypedResults.Ok(new SuspicionResponse(Respond(newest, history)));
    }

    private static ProviderSuspicion Respond(SuspicionVerdict? newest, IReadOnlyList<SuspicionVerdict> history) => newest is { } verdict
        ? new ProviderSuspicion(
            verdict.IsSuspicious, UtcText.Of(verdict.CheckedAt), verdict.FollowerCount, verdict.FollowingCount,
            [.. history.Select(change => new SuspicionChange(change.IsSuspicious, UtcText.Of(change.CheckedAt), change.FollowerCount, change.FollowingCount))])
        : ProviderSuspicion.None;
}
