using InfluencerAnalytics.Host.Api;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Serves what is stored.</summary>
internal sealed class ServerRole : IRole
{
    public bool IsServer => true;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage()
        .AddServer();

    public void Map(WebApplication app) => app.MapApi();
}
