using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>Seeding anew on request.</summary>
internal static class GenerationEndpoint
{
    public static void MapGenerations(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/generations", RequestAsync)
            .WithName("RequestGeneration")
            .WithTags("Pipeline")
            .WithSummary("Ask for the roster to be seeded anew")
            .WithDescription("The seeder does it within seconds: every influencer is in a shard again, whatever became of the shards before. "
                + "It is done once /api/v1/pipeline shows a generation above the one in the answer.")
            .RequireKey(ApiRights.Write)
            .Produces<GenerationRequestResponse>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

    private static async Task<IResult> RequestAsync(IGenerationStore generations, CancellationToken cancellationToken) =>
        TypedResults.Ok(new GenerationRequestResponse(await generations.RequestGenerationAsync(cancellationToken)));
}
