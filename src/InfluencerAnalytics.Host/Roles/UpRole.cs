using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Everything in one process.</summary>
internal sealed class UpRole : IRole
{
    public bool IsServer => true;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage()
        .AddSeeder()
        .AddIngester()
        .AddFetcher()
        .AddServer()
        .AddTelemetry("up");

    public void Map(WebApplication app) => app.MapApi().MapMetrics();
}
