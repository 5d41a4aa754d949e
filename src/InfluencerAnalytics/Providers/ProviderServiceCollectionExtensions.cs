using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Providers.Mockstagram;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Providers;

/// <summary>Composes the provider.</summary>
public static class ProviderServiceCollectionExtensions
{
    public static IServiceCollection AddMockstagramProvider(this IServiceCollection services)
    {
        services.AddValidatedOptions<ProviderOptions>();
        services.AddSingleton<ProviderClock>();
        services.AddSingleton<IInfluencerDataProvider, MockstagramDataProvider>();
        return services;
    }
}
