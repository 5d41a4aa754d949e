using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Reporting;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>How the pipeline is doing.</summary>
internal static class PipelineEndpoint
{
    public static void MapPipeline(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/v1/pipeline", GetAsync)
            .WithName("GetPipeline")
            .WithTags("Pipeline")
            .WithSummary("Coverage of the last slots, fetching, queues, ingesting and the store")
            .WithDescription("Answers also while the store or the queues are away; what cannot be known then is null, and store.detail or queueProblem says why.")
            .Produces<PipelineResponse>();

    private static async Task<IResult> GetAsync(PipelineReport report, CancellationToken cancellationToken) =>
        TypedResults.Ok(await report.ReadAsync(cancellationToken));
}
