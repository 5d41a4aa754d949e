using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Stores;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>A consistent copy of the embedded data while everything runs.</summary>
internal static class BackupEndpoint
{
    public static void MapBackup(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/backups", CreateAsync)
            .WithName("CreateBackup")
            .WithTags("Pipeline")
            .WithSummary("Make a consistent copy of queues and store in the data directory, while everything runs")
            .WithDescription("On embedded storage only. The answer says where the copy is; copy it elsewhere and delete it there.")
            .RequireKey(ApiRights.Write)
            .Produces<BackupResponse>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(503);

    private static async Task<IResult> CreateAsync([FromServices] IStoreBackup? backup, CancellationToken cancellationToken) => backup is null
        ? Problems.Conflict("No backup by this program", "The store is not in a data directory of this process. Back it up with its own tools, such as pg_dump.")
        : TypedResults.Ok(new BackupResponse(await backup.BackUpAsync(cancellationToken)));
}
