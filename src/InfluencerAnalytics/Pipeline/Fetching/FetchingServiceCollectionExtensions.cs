using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Roster;
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
        services.AddSingleton<QueuePatience>();
        services.AddSingleton<ReadingPublisher>();
        services.AddSingleton<ShardSettler>();
        services.AddSingleton<SlotFetch>();
        services.AddSingleton<ShardVisitor>();
        services.AddSingleton<Visits>();
        services.AddSingleton<ProviderCheck>();
        services.AddSingleton<FetchConditions>();
        services.AddHostedSingleton<RosterView>();
        services.AddHostedSingleton<SeedingRequest>();
        services.AddHostedSingleton<RosterAdditions>();
        services.AddHostedSingleton<FetchEngine>();
        services.AddHostedSingleton<LeaseKeeper>();
        services.AddHostedSingleton<Fetcher>();
        return services;
    }
}
