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
            .WithDescription("Of all processes that reported within 30 s, together; the others are named. Answers also while the store or the queues are away; what cannot be known then is null, and store.detail or queueProblem says why; of one queue that cannot be read, its problem. While the store is away, fetch and ingest are those of the process that answers.")
            .Produces<PipelineResponse>()
            .Compressed()
            .Tagged();

    private static async Task<IResult> GetAsync(PipelineReport report, CancellationToken cancellationToken) =>
        TypedResults.Ok(await report.ReadAsync(cancellationToken));
}
