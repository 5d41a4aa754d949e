using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>Registers the leaderboard.</summary>
public static class LeaderboardServiceCollectionExtensions
{
    /// <summary>Adds the leaderboard and the service that follows the <see cref="IInfluencerStore"/>, which must be registered.</summary>
    public static IServiceCollection AddLeaderboard(this IServiceCollection services)
    {
        services.AddValidatedOptions<LeaderboardOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WorkerHealth>();
        services.TryAddSingleton<ILatestStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddSingleton<InfluencerLeaderboard>();
        services.AddHostedService<LeaderboardFollower>();
        services.TryAddSingleton<ISuspicionStore>(static provider => provider.GetRequiredService<IInfluencerStore>());
        services.AddHostedService<SuspicionFollower>();
        return services;
    }
}
