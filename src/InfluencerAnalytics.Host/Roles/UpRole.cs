using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Everything in one process.</summary>
internal sealed class UpRole : IRole
{
    public HostedRole Kind => HostedRole.Up;

    public bool IsServer => true;

    public void Add(WebApplicationBuilder builder)
    {
        builder
            .AddStorage(Kind)
            .AddUpSettling()
            .AddSeeder()
            .AddIngester()
            .AddFetcher()
            .AddServer(Kind)
            .AddTelemetry("up");
        if (builder.Configuration.GetValue(SettingKeys.ChecksSuspicion, true))
            builder.AddClassifier(isAllThereIs: false);
    }

    public void Map(WebApplication app) => app.MapApi().MapMetrics();
}
