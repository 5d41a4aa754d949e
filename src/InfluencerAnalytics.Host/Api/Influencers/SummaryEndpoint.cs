using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>Figures over all influencers, from memory.</summary>
internal static class SummaryEndpoint
{
    public static void MapSummary(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/summary", Get)
            .WithName("GetSummary")
            .WithTags("Influencers")
            .WithSummary("How many influencers there are, and their averages")
            .Produces<SummaryResponse>()
            .ProducesProblem(503);

    public static IResult NotLoaded(LeaderboardState state) =>
        Problems.Unavailable("The ranks are not loaded yet", state.Problem ?? "The leaderboard is loading.");

    /// <param name="problem">Why the store cannot be followed; null when it can.</param>
    public static SummaryResponse Respond(in LeaderboardSummary summary, LeaderboardAge age, string? problem) => new(
        summary.Tracked, summary.Reporting, summary.AverageFollowerCount, summary.AverageFollowingCount, summary.Suspicious,
        summary.AsOf == 0 ? null : UtcText.Of(summary.AsOf), age.Seconds, problem);

    private static IResult Get(InfluencerLeaderboard leaderboard, HttpContext context)
    {
        var state = leaderboard.State;
        if (!state.IsLoaded)
            return NotLoaded(state);
        var (summary, age) = (leaderboard.Summarize(), LeaderboardAge.Of(leaderboard));
        var tag = new ContentTag();
        tag.Add([summary.Tracked, summary.Reporting, summary.AsOf, summary.Suspicious ?? -1]);
        tag.Add(BitConverter.DoubleToInt64Bits(summary.AverageFollowerCount ?? -1));
        tag.Add(BitConverter.DoubleToInt64Bits(summary.AverageFollowingCount ?? -1));
        tag.Add(state.Problem);
        age.AddTo(ref tag);
        return tag.IsNotModified(context) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(Respond(summary, age, state.Problem));
    }
}
