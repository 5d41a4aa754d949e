using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;

namespace InfluencerAnalytics.Host.Api.Influencers;

/// <summary>One influencer now.</summary>
internal static class InfluencerEndpoints
{
    public static void MapInfluencers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/influencers/{id}").WithTags("Influencers").ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
        group.MapRead("", GetAsync)
            .WithName("GetInfluencer")
            .WithSummary("One influencer now")
            .Produces<InfluencerResponse>();
        group.MapRead("/rank", GetRank)
            .WithName("GetRank")
            .WithSummary("Its rank among all by followers")
            .Produces<RankResponse>();
    }

    private static async Task<IResult> GetAsync(string id, InfluencerReader reader, InfluencerLeaderboard leaderboard, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        if (await reader.ReadAsync(influencerId, context.RequestAborted) is not { } influencer)
            return Problems.UnknownInfluencer(influencerId);
        var tag = new ContentTag();
        tag.Add(influencer.Slot);
        tag.Add(influencer.Status);
        tag.Add(influencer.Username);
        tag.Add(influencer.FollowerCount ?? -1);
        tag.Add(influencer.FollowingCount ?? -1);
        tag.Add(influencer.Rank ?? -1);
        tag.Add(influencer.RankOf ?? -1);
        tag.Add(influencer.Suspicious is { } suspicious ? (suspicious ? 1 : 0) : -1);
        tag.Add(influencer.SuspicionCheckedAt);
        tag.Add(influencer.Change.Hour ?? long.MinValue);
        tag.Add(influencer.Change.Day ?? long.MinValue);
        tag.Add(influencer.Change.Week ?? long.MinValue);
        tag.Add(influencer.Problem);
        LeaderboardAge.Of(leaderboard).AddTo(ref tag);
        return tag.IsNotModified(context) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(influencer);
    }

    private static IResult GetRank(string id, InfluencerLeaderboard leaderboard, HttpContext context)
    {
        if (!Parameters.TryId(id, out var influencerId, out var problem))
            return problem;
        var state = leaderboard.State;
        if (!state.IsLoaded)
            return SummaryEndpoint.NotLoaded(state);
        if (leaderboard.Find(influencerId) is not { } standing)
            return Problems.UnknownInfluencer(influencerId);
        var age = LeaderboardAge.Of(leaderboard);
        var tag = new ContentTag();
        tag.Add([influencerId, standing.Rank ?? -1, standing.RankOf, standing.Latest.FollowerCount, standing.AsOf]);
        age.AddTo(ref tag);
        if (tag.IsNotModified(context))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Ok(new RankResponse(
            influencerId, standing.Rank, standing.RankOf, standing.Rank is null ? null : standing.Latest.FollowerCount,
            standing.AsOf == 0 ? null : UtcText.Of(standing.AsOf), age.Seconds));
    }
}
