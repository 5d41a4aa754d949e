using InfluencerAnalytics.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Providers.Mockstagram;

/// <summary>Composes the provider.</summary>
public static class ProviderServiceCollectionExtensions
{
    public static IServiceCollection AddMockstagramProvider(this IServiceCollection services)
    {
        services.AddValidatedOptions<ProviderOptions>();
        services.TryAddSingleton(static provider => ProviderIdentity.Of(provider.GetRequiredService<ProviderOptions>().BaseAddress));
        services.AddSingleton<ProviderClock>();
        services.AddSingleton<IInfluencerDataProvider, MockstagramDataProvider>();
        return services;
    }
}
