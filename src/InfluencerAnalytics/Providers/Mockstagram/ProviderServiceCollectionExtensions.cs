using InfluencerAnalytics.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Providers.Mockstagram;

/// <summary>Composes the provider.</summary>
public static class ProviderServiceCollectionExtensions
{
    /// <summary>Both of its ports, once however many roles ask for it.</summary>
    public static IServiceCollection AddMockstagramProvider(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(IInfluencerDataProvider)))
            return services;
        services.AddValidatedOptions<ProviderOptions>();
        services.TryAddSingleton(static provider => ProviderIdentity.Of(provider.GetRequiredService<ProviderOptions>().BaseAddress));
        services.AddSingleton<ProviderClock>();
        services.AddSingleton<IInfluencerDataProvider, MockstagramDataProvider>();
        services.AddSingleton<ISuspicionProvider, MockstagramSuspicionProvider>();
        return services;
    }
}
