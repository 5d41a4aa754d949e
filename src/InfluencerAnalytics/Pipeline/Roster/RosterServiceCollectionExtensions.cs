using InfluencerAnalytics.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>Composes what several roles need of the roster.</summary>
public static class RosterServiceCollectionExtensions
{
    /// <summary><see cref="IRosterService"/> and the import of many at once, once however many roles ask for it. It needs a queue and a store.</summary>
    public static IServiceCollection AddRosterService(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(IRosterService)))
            return services;
        services.AddPipelineCore();
        services.AddValidatedOptions<SeedingOptions>();
        services.TryAddSingleton<ShardSender>();
        services.AddSingleton<IRosterService, RosterService>();
        services.AddSingleton<RosterImport>();
        return services;
    }

    /// <summary>What a fetcher knows of the roster, and what it has done about it. It needs a queue and a store.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="refresh">How often the store is asked, by the options of the fetcher.</param>
    internal static IServiceCollection AddRosterOfFetcher(this IServiceCollection services, Func<IServiceProvider, TimeSpan> refresh)
    {
        services.AddRosterService();
        services.AddSingleton<ProviderCheck>();
        services.AddHostedSingleton(provider => ActivatorUtilities.CreateInstance<RosterView>(provider, refresh(provider)));
        services.AddSeedingRequest();
        services.AddHostedSingleton<RosterAdditions>();
        return services;
    }

    /// <summary>What asks for a seeding when a shard may have gone to the dead letters; once however many roles ask for it.</summary>
    internal static IServiceCollection AddSeedingRequest(this IServiceCollection services) =>
        services.Any(static service => service.ServiceType == typeof(SeedingRequest)) ? services : services.AddHostedSingleton<SeedingRequest>();
}
