using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Cuts the roster into shards.</summary>
internal sealed class SeederRole : IRole
{
    public bool IsServer => false;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage()
        .AddSeeder()
        .AddTelemetry("seeder");

    public void Map(WebApplication app) => app.MapWorkerHealth().MapMetrics();
}
