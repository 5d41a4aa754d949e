using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Seeding;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>Composes the fetcher's role. It needs a queue, a store and a provider.</summary>
public static class FetchingServiceCollectionExtensions
{
    public static IServiceCollection AddFetching(this IServiceCollection services)
    {
        services.AddValidatedOptions<FetchingOptions>();
        services.AddPipelineCore();
        services.AddRosterService();
        services.AddSingleton<ClockGuard>();
        services.AddSingleton<ProviderControl>();
        services.AddSingleton<ProviderGate>();
        services.AddSingleton<FetchPublisher>();
        services.AddSingleton<SlotFetch>();
        services.AddSingleton<ShardVisitor>();
        services.AddSingleton<ProviderCheck>();
        services.AddHostedSingleton<RosterView>();
        services.AddSingleton<SeedingRequest>();
        services.AddHostedSingleton<FetchEngine>();
        services.AddHostedSingleton<VisitLeases>();
        services.AddHostedSingleton<Fetcher>();
        return services;
    }
}
