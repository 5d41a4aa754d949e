using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Roster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>Composes the seeder's role, and the roster's changes that other roles need too.</summary>
public static class SeedingServiceCollectionExtensions
{
    /// <summary>The seeder. It needs a queue and a store.</summary>
    public static IServiceCollection AddSeeding(this IServiceCollection services)
    {
        services.AddRosterService();
        services.AddHostedSingleton<Seeder>();
        return services;
    }

    /// <summary><see cref="IRosterService"/>, once however many roles ask for it.</summary>
    public static IServiceCollection AddRosterService(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(IRosterService)))
            return services;
        services.AddPipelineCore();
        services.AddValidatedOptions<SeedingOptions>();
        services.TryAddSingleton<ShardSender>();
        services.AddSingleton<IRosterService, RosterService>();
        return services;
    }
}
