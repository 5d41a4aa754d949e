using InfluencerAnalytics.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>Registers the leaderboard.</summary>
public static class LeaderboardServiceCollectionExtensions
{
    /// <summary>Adds the leaderboard and the service that follows the <see cref="Stores.ILatestStore"/>, which must be registered.</summary>
    public static IServiceCollection AddLeaderboard(this IServiceCollection services)
    {
        services.AddValidatedOptions<LeaderboardOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InfluencerLeaderboard>();
        services.AddHostedService<LeaderboardFollower>();
        return services;
    }
}
