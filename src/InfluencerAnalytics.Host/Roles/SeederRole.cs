using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Cuts the roster into shards.</summary>
internal sealed class SeederRole : IRole
{
    public HostedRole Kind => HostedRole.Seeder;

    public bool IsServer => false;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage(Kind)
        .AddSeeder()
        .AddTelemetry("seeder");

    public void Map(WebApplication app) => app.MapWorkerHealth().MapMetrics();
}
