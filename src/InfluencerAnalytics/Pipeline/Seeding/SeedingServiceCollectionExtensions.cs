using InfluencerAnalytics.Pipeline.Roster;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Pipeline.Seeding;

/// <summary>Composes the seeder's role.</summary>
public static class SeedingServiceCollectionExtensions
{
    /// <summary>The seeder. It needs a queue and a store.</summary>
    public static IServiceCollection AddSeeding(this IServiceCollection services)
    {
        services.AddRosterService();
        services.AddSingleton<SeederLease>();
        services.AddSingleton<GenerationSender>();
        services.AddHostedSingleton<Seeder>();
        services.AddHostedSingleton<EmptyQueueWatch>();
        return services;
    }
}
