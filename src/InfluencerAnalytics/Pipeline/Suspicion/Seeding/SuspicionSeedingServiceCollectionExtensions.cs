using System.Diagnostics.Metrics;
using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Roster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Suspicion.Seeding;

/// <summary>Composes what a seeder does for the checks.</summary>
public static class SuspicionSeedingServiceCollectionExtensions
{
    /// <summary>Whether the lane has its queue; registered once however many ask for it.</summary>
    /// <param name="isAllThereIs">Whether the process has no other work.</param>
    internal static IServiceCollection AddSuspicionLane(this IServiceCollection services, bool isAllThereIs)
    {
        services.TryAddSingleton(provider => new SuspicionLane(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SuspicionLane>>(), provider.GetService<IMeterFactory>())
        {
            IsAllThereIs = isAllThereIs,
        });
        return services;
    }

    /// <summary>The sending of the checks' shards. It needs a queue and a store.</summary>
    public static IServiceCollection AddSuspicionSeeding(this IServiceCollection services)
    {
        services.AddValidatedOptions<SuspicionOptions>();
        services.AddRosterService();
        services.AddSuspicionLane(isAllThereIs: false);
        services.AddSingleton<SuspicionShardSender>();
        services.AddSingleton<ChecksSender>();
        services.AddHostedSingleton<SuspicionSeeder>();
        return services;
    }
}
