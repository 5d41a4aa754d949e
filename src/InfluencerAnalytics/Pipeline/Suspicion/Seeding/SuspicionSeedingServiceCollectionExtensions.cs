using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Roster;
using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>Composes what a seeder does for the checks.</summary>
public static class SuspicionSeedingServiceCollectionExtensions
{
    /// <summary>The sending of the checks' shards. It needs a queue and a store.</summary>
    public static IServiceCollection AddSuspicionSeeding(this IServiceCollection services)
    {
        services.AddValidatedOptions<SuspicionOptions>();
        services.AddRosterService();
        services.AddSingleton<SuspicionShardSender>();
        services.AddSingleton<ChecksSender>();
        services.AddHostedSingleton<SuspicionSeeder>();
        return services;
    }
}
