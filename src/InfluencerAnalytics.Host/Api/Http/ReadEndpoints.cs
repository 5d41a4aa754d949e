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

    /// <summary>Has answers tagged by what they are, where no handler does it by what they show. Not for what is streamed, nor for long ones.</summary>
    public static TBuilder Tagged<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new TaggedAnswer());

    /// <summary>Has nobody keep the answers.</summary>
    public static TBuilder Unkept<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new UnkeptAnswer());

    /// <summary>Answers HEAD as well, where a library mapped GET alone.</summary>
    public static TBuilder WithHead<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new HttpMethodMetadata(ReadMethods));
}
