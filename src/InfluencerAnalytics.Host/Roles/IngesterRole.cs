using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Moves readings from their queue into the store.</summary>
internal sealed class IngesterRole : IRole
{
    public HostedRole Kind => HostedRole.Ingester;

    public bool IsServer => false;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage(Kind)
        .AddIngester()
        .AddTelemetry("ingester");

    public void Map(WebApplication app) => app.MapWorkerHealth().MapMetrics();
}
