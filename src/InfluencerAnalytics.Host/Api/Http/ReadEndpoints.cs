namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>What endpoints that are read have in common.</summary>
internal static class ReadEndpoints
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps GET, and HEAD, which the server answers with the same headers and no body.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, ReadMethods, handler);

    /// <summary>Lets long answers be compressed for clients that ask for it.</summary>
    public static TBuilder Compressed<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new CompressedAnswer());
}
