using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Telemetry;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Asks the provider for every influencer as its shard comes due.</summary>
internal sealed class FetcherRole : IRole
{
    public HostedRole Kind => HostedRole.Fetcher;

    public bool IsServer => false;

    public void Add(WebApplicationBuilder builder) => builder
        .AddStorage(Kind)
        .AddFetcher()
        .AddTelemetry("fetcher");

    public void Map(WebApplication app) => app.MapWorkerHealth().MapMetrics();

    /// <summary>Whose readings the data are. A fetcher never needs the store in order to start: while it is away, the fetcher itself looks as soon as it can.</summary>
    public async Task PrepareAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await AgreementAtStart.ReachProviderAsync(
                services.GetRequiredService<ISettingStore>(), services.GetRequiredService<ProviderIdentity>(),
                services.GetRequiredService<ProviderOptions>().Accept, "add --accept-provider to go on with this one", output, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            await output.WriteLineAsync($"Whose readings the store holds cannot be read yet: {exception.Message}");
        }
    }
}
