using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Watching;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>Whether an influencer's followers look bought, and what was said of that before.</summary>
internal static class SuspicionEndpoint
{
    // Changes are kept to within 5%: more would be said than is known. Cut off, since it is below 1, and what is below a half is not suspicious.
    private const int ScoreDigits = 3;

    public static void MapSuspicion(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/influencers/{id}/suspicion", GetAsync)
            .WithName("GetSuspicion")
            .WithTags("Influencers")
            .WithSummary("Whether its followers look bought")
            .WithDescription("provider is what the provider said last, on which numbers, and in history each change of its flag, the newest first; the newest 100 are kept. own is our own opinion, from the readings "
                + "minute by minute: a score from 0 to below 1 (0.5 and more is suspicious; null while too little is known to tell, or every hour is wild) and the reasons in words; since and until say which "
                + "hours went into it, and it comes some hours late. It is null while there is none.")
            .Produces<SuspicionResponse>()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> GetAsync(string id, ISuspicionStore store, IWatchStore watches, InfluencerReader reader, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        var newest = await store.FindVerdictAsync(influencerId, context.RequestAborted);
        var watch = await watches.ReadWatchesAsync([influencerId], context.RequestAborted) is [var kept] ? kept : null;
        if (newest is null && watch is null && !await reader.IsKnownAsync(influencerId, context.RequestAborted))
            return Problems.UnknownInfluencer(influencerId);
        // A flag changes with a newer verdict only, and our own opinion when more hours go into it.
        var tag = new ContentTag();
        tag.Add([newest?.CheckedAt ?? -1, newest?.FollowerCount ?? -1, newest?.FollowingCount ?? -1, newest?.IsSuspicious == true ? 1 : 0, watch?.ComputedAt ?? -1, watch?.Until ?? -1]);
        if (tag.IsNotModified(context))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var history = newest is null ? [] : await store.ReadFlagHistoryAsync(influencerId, SuspicionVerdict.MostChangesKept, context.RequestAborted);
        return TypedResults.Ok(new SuspicionResponse(Respond(newest, history)) { Own = Respond(watch) });
    }

    private static ProviderSuspicion Respond(SuspicionVerdict? newest, IReadOnlyList<SuspicionVerdict> history) => newest is { } verdict
        ? new ProviderSuspicion(
            verdict.IsSuspicious, UtcText.Of(verdict.CheckedAt), verdict.FollowerCount, verdict.FollowingCount,
            [.. history.Select(change => new SuspicionChange(change.IsSuspicious, UtcText.Of(change.CheckedAt), change.FollowerCount, change.FollowingCount))])
        : ProviderSuspicion.None;

    private static OwnSuspicion? Respond(KeptWatch? watch)
    {
        if (watch is null || OwnOpinion.Of(watch) is not { } opinion)
            return null;
        return new OwnSuspicion(
            OwnOpinion.IsKnown(opinion) ? Math.Round(opinion.Score, ScoreDigits, MidpointRounding.ToZero) : null,
            [.. opinion.Reasons.Select(static reason => new OwnSuspicionReason(reason.Code, reason.Text, UtcText.Of(reason.From), UtcText.Of(reason.To)))],
            UtcText.Of(watch.Since), UtcText.Of(watch.Until), UtcText.Of(watch.ComputedAt));
    }
}
