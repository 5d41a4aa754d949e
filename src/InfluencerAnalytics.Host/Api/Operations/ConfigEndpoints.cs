using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores;
using Microsoft.AspNetCore.Mvc;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>What the deployment agreed on: interval, shard size, provider.</summary>
internal static class ConfigEndpoints
{
    private const int MaxBodyBytes = 16 * 1024;

    private const string ExpectedBody = """{"interval":60,"shardSize":500,"provider":"http://10.0.0.7:3000"} with at least one of the three""";

    public static void MapConfig(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/config").WithTags("Pipeline").ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
        group.MapRead("", ReadAsync)
            .WithName("ReadConfig")
            .WithSummary("What the deployment agreed on: interval, shard size, provider")
            .RequireKey(ApiRights.Read)
            .Produces<ConfigResponse>()
            .Tagged();
        group.MapPatch("", ChangeAsync)
            .WithName("ChangeConfig")
            .WithSummary("Change what the deployment agreed on; what is left out stays")
            .WithDescription("Another interval or shard size is seeded at once. Another provider stops every fetcher that is configured for the one before.")
            .RequireKey(ApiRights.Write)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .Accepts<ConfigChangeRequest>("application/json")
            .Produces<ConfigChangeResponse>()
            .ProducesProblem(400);
    }

    private static async Task<IResult> ReadAsync(ISettingStore settings, CancellationToken cancellationToken) =>
        TypedResults.Ok(AgreementJson.Of(await DeploymentAgreement.ReadAsync(settings, cancellationToken)));

    private static async Task<IResult> ChangeAsync(ISettingStore settings, HttpContext context)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ApiJsonContext.Default.ConfigChangeRequest, ExpectedBody);
        if (problem is not null)
            return problem;
        if (request is null || request == new ConfigChangeRequest())
            return Problems.BadRequest("Nothing to change", $"The body names nothing. It must be {ExpectedBody}.");
        if (!AgreementJson.TryRead(request, out var change, out var unreadable))
            return Problems.BadRequest("Bad value", unreadable);
        if (change.Problems() is { Count: > 0 } wrong)
            return Problems.BadRequest("Bad value", string.Join(" ", wrong));
        var before = await DeploymentAgreement.ChangeAsync(settings, change, context.RequestAborted);
        var now = await DeploymentAgreement.ReadAsync(settings, context.RequestAborted);
        return TypedResults.Ok(new ConfigChangeResponse(AgreementJson.Of(before), AgreementJson.Of(now)));
    }
}
