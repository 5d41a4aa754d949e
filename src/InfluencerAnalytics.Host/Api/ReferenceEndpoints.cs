using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace InfluencerAnalytics.Host.Api;

/// <summary>The API's description for machines (<c>/openapi/v1.json</c>) and for people (<c>/docs</c>).</summary>
internal static class ReferenceEndpoints
{
    private const string KeyScheme = "ApiKey";

    public static IServiceCollection AddApiReference(this IServiceCollection services) => services.AddOpenApi("v1", openApi =>
    {
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Influencer Analytics",
                Version = "v1",
                Description = "Followers, following, ratio and rank of influencers over time. Times are ISO 8601 in UTC; parameters also take epoch seconds, or a span before now (-24h). "
                    + "Errors are problem details (RFC 9457).",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiHeaders.Key,
                Description = "The first start keeps one in the file api-key of the data directory.",
            };
            // HEAD goes with every GET; listing it would only double the reference.
            foreach (var path in document.Paths.Values)
                path.Operations?.Remove(HttpMethod.Head);
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            var rights = context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredRights>().LastOrDefault();
            if (rights is { Rights: not ApiRights.None })
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] }];
            return Task.CompletedTask;
        });
    });

    public static void MapApiReference(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").WithHead().NeedNoKey().Compressed().Tagged();
        // Fonts and scripts come from this program: the page works without the internet and tells nobody who reads it.
        // Whoever opens the address that 'up' prints finds the reference.
        routes.MapRead("/", () => TypedResults.Redirect("/docs")).ExcludeFromDescription().NeedNoKey();
        routes.MapScalarApiReference("/docs", page => page.WithTitle("Influencer Analytics").DisableDefaultFonts()).WithHead().NeedNoKey().Compressed();
    }
}
