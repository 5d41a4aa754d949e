using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Serves what is stored.</summary>
internal sealed class ServerRole : IRole
{
    public bool IsServer => true;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage()
        .AddServer()
        .AddTelemetry("api");

    public void Map(WebApplication app) => app.MapApi().MapMetrics();
}
