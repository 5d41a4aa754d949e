using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Keys;

namespace InfluencerAnalytics.Host.Api;

/// <summary>What the endpoints have in common.</summary>
internal static class EndpointExtensions
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps GET, and HEAD, which the server answers with the same headers and no body.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, ReadMethods, handler);

    public static TBuilder RequireKey<TBuilder>(this TBuilder builder, ApiRights rights) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRights(rights));

    /// <summary>Open to everyone, also where reading needs a key.</summary>
    public static TBuilder NeedNoKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRights(ApiRights.None));

    /// <summary>Lets long answers be compressed for clients that ask for it.</summary>
    public static TBuilder Compressed<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new CompressedAnswer());
}
