using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Telemetry;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Has the provider judge every influencer once a day.</summary>
internal sealed class ClassifierRole : IRole
{
    public HostedRole Kind => HostedRole.Classifier;

    public bool IsServer => false;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage(Kind)
        .AddClassifier(isAllThereIs: true)
        .AddTelemetry(Kind.Name);

    public void Map(WebApplication app) => app.MapWorkerHealth().MapMetrics();
}
