using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>Says of an endpoint which key it needs.</summary>
internal static class KeyRequirements
{
    /// <summary>Needs a key with these rights, always; and nobody on the way keeps what it answers.</summary>
    public static TBuilder RequireKey<TBuilder>(this TBuilder builder, ApiRights rights) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRights(rights)).Unkept();

    /// <summary>Open to everyone, also where reading needs a key.</summary>
    public static TBuilder NeedNoKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRights(ApiRights.None));
}
