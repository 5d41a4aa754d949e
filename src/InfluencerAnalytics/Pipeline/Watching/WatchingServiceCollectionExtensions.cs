using InfluencerAnalytics.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Pipeline.Watching;

/// <summary>Composes our own opinion of influencers. It needs a store.</summary>
public static class WatchingServiceCollectionExtensions
{
    public static IServiceCollection AddWatching(this IServiceCollection services)
    {
        services.AddValidatedOptions<WatchingOptions>();
        services.AddPipelineCore();
        services.AddSingleton<WatchingMetrics>();
        services.AddSingleton<WatchFolder>();
        services.AddSingleton<WatchPasses>();
        services.AddHostedSingleton<Watcher>();
        return services;
    }
}
