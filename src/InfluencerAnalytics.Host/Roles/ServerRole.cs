using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Serves what is stored.</summary>
internal sealed class ServerRole : IRole
{
    public HostedRole Kind => HostedRole.Server;

    public bool IsServer => true;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage(Kind)
        .AddServer(Kind)
        .AddTelemetry("api");

    public void Map(WebApplication app) => app.MapApi().MapMetrics();
}
